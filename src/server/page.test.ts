import { describe, expect, test } from "bun:test";
import { publicRoute } from "./public-routes.ts";

function get(path: string, headers: Record<string, string> = {}, method = "GET"): Response {
  const request = new Request(`http://chat.test${path}`, { method, headers });
  return publicRoute(request, new URL(request.url), () => null);
}

const types = {
  "/": "text/html; charset=utf-8",
  "/app.js": "text/javascript; charset=utf-8",
  "/style.css": "text/css; charset=utf-8",
  "/favicon.svg": "image/svg+xml",
};

describe.each(Object.entries(types))("%s", (path, type) => {
  test("is served with its type and strict headers", async () => {
    const response = get(path);
    const { status, headers } = response;
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe(type);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    const policy = headers.get("content-security-policy")!.split("; ");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    // Where a balancer sends people, and the balancer itself.
    expect(policy).toContain("connect-src 'self' ws: wss: http: https:");
    expect(policy.join()).not.toContain("unsafe");
    expect((await response.text()).length).toBeGreaterThan(100);
  });

  test("is not sent again to those who have it", async () => {
    const etag = get(path).headers.get("etag")!;
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const response = get(path, { "if-none-match": tag });
      expect(response.status).toBe(304);
      expect(response.headers.get("etag")).toBe(etag);
      expect(await response.text()).toBe("");
    }
    expect(get(path, { "if-none-match": '"other"' }).status).toBe(200);
  });

  test("answers HEAD, and nothing that would change something", () => {
    expect(get(path, {}, "HEAD").status).toBe(200);
    expect(get(path, {}, "POST").status).toBe(405);
  });
});

test("each file has its own tag", () => {
  const tags = Object.keys(types).map((path) => get(path).headers.get("etag"));
  expect(new Set(tags).size).toBe(tags.length);
});

test("the page holds no script and no style of its own, and names no other host", async () => {
  const html = await get("/").text();
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|https?:/);
  expect(html.match(/<script[^>]*>[^<]*/g)).toEqual(['<script type="module" src="app.js">']);
});

test("the script is bundled for browsers", async () => {
  const script = await get("/app.js").text();
  expect(script).not.toMatch(/\bBun\.|\brequire\(|^import |innerHTML/m);
  expect(script).toContain("scale-chat.v1");
});

test("other paths are what they were", async () => {
  const missing = get("/nothing");
  expect(missing.status).toBe(404);
  expect(await missing.json()).toEqual({ error: "there is nothing here; the chat is at /ws/{room}" });
  expect(get("/ws/r").status).toBe(426);
  expect(get("/healthz").status).toBe(200);
  expect(get("/app.ts").status).toBe(404);
});
