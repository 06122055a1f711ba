import { afterEach, expect, test } from "bun:test";
import { errorResponse, json } from "./answers.ts";
import { ask } from "./ask.ts";

let server: Bun.Server<undefined> | null = null;
afterEach(() => server?.stop(true));

function serving(fetch: () => Response | Promise<Response>): URL {
  server = Bun.serve({ hostname: "127.0.0.1", port: 0, development: false, fetch });
  return server.url;
}

test("an answer has its text, what that is as JSON, and no problem", async () => {
  const url = serving(() => json({ a: 1 }, 200, { "retry-after": "3" }));
  const { headers, ...answer } = await ask(url, { timeoutMs: 5000 });
  expect(answer).toEqual({ ok: true, status: 200, text: '{"a":1}', body: { a: 1 }, problem: null });
  expect(headers.get("retry-after")).toBe("3");
});

test("a refusal of ours says why, that of others has its text", async () => {
  const ours = await ask(
    serving(() => errorResponse(503, "it is full")),
    { timeoutMs: 5000 },
  );
  expect(ours).toMatchObject({ ok: false, status: 503, problem: "it is full" });
  await server?.stop(true);
  const theirs = await ask(
    serving(() => new Response("<h1>no</h1>", { status: 502 })),
    { timeoutMs: 5000 },
  );
  expect(theirs).toMatchObject({ ok: false, status: 502, problem: null, text: "<h1>no</h1>" });
  expect(theirs.body).toBeUndefined();
});

test("no answer is told in words: nobody there, not in time, not wanted any more", async () => {
  const url = serving(() => new Promise<Response>(() => {}));
  const { host } = url;
  await expect(ask(url, { timeoutMs: 1 })).rejects.toThrow(`${host} does not answer`);
  const unwanted = ask(url, { timeoutMs: 60_000, signal: AbortSignal.abort() });
  await expect(unwanted).rejects.toThrow(`${host} does not answer`);
  await server?.stop(true);
  await expect(ask(url, { timeoutMs: 5000 })).rejects.toThrow(`nothing listens on ${host}`);
});
