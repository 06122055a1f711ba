import { expect, onTestFinished, test } from "bun:test";
import { exactly } from "../../lib/range.ts";
import { until } from "../../lib/test-until.ts";
import { acceptOf } from "../../lib/websocket/test-accept.ts";
import { FakeAuthenticator } from "../../server/fake-authenticator.ts";
import { chatServer, loadRun, options } from "../test-run.ts";
import { StallingReader } from "./stalling-reader.ts";

function readerAt(url: string, token: string | null = null): StallingReader {
  const reader = new StallingReader("r", url, token);
  onTestFinished(() => reader.leave());
  void reader.stay();
  return reader;
}

test("readers that stall are closed and come again, and the others have all they are owed", async () => {
  const server = chatServer({ backpressureLimit: 1024 * 1024 });
  const load = { rooms: 1, roomSize: 40, slow: 0.05, size: exactly(10_000), interval: exactly(100) };
  const run = loadRun(options(server.port, { ...load, duration: 60_000 }));
  const ended = run.run();
  const cuts = () => run.crowd.slow.reduce((sum, { counts }) => sum + counts.cut, 0);
  await until(() => cuts() > 0, "a reader to be closed");
  run.stop();
  const end = await ended;
  expect(run.problems(end!)).toEqual([]);
  expect(end!.received).toBe(end!.expected);
  expect(end!.expected).toBe(end!.sent * 38);
  expect(run.summary(end!).notes.join()).toContain("2 clients read nothing");
}, 30_000);

test("is let in by its token", async () => {
  const authenticator = new FakeAuthenticator();
  const { url } = chatServer({}, { authenticator });
  const reader = readerAt(url, authenticator.token("ann"));
  await until(() => reader.counts.entered === 1, "the reader to be in");
});

test("is in once the server has agreed, however its answer comes, and not where it has agreed to something else", async () => {
  const [agreed, other] = [listening((accept) => accept), listening(() => "another key")];
  const [inside, outside] = [readerAt(agreed.url), readerAt(other.url)];
  await until(() => inside.counts.entered === 1 && other.closed() > 0, "both answers");
  expect([agreed.closed(), outside.counts.entered]).toEqual([0, 0]);
});

/** A server of WebSockets that answers byte by byte, with this key. */
function listening(keyFor: (accept: string) => string) {
  let closed = 0;
  const listener = Bun.listen({
    ...{ hostname: "127.0.0.1", port: 0 },
    socket: {
      async data(socket, request) {
        const accept = acceptOf(request);
        if (accept === null) return;
        const fields = ["Upgrade: websocket", "Connection: Upgrade"];
        const answer = `Sec-WebSocket-Accept: ${keyFor(accept)}`;
        for (const byte of ["HTTP/1.1 101 Switching Protocols", ...fields, answer, "\r\n"].join("\r\n")) {
          socket.write(byte);
          await Bun.sleep(0);
        }
      },
      close: () => void closed++,
    },
  });
  onTestFinished(() => listener.stop(true));
  return { url: `ws://127.0.0.1:${listener.port}`, closed: () => closed };
}
