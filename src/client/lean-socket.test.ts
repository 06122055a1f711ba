import { afterEach, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import type { Server, ServerWebSocket, Socket } from "bun";
import { until } from "../lib/test-until.ts";
import { acceptOf } from "../lib/websocket/test-accept.ts";
import { leanSockets } from "./lean-socket.ts";
import type { ClientSocket, SocketClose } from "./socket.ts";

const openSocket = leanSockets();

/** A socket and what it told. */
interface Told {
  socket: ClientSocket;
  opened: number;
  texts: string[];
  closes: SocketClose[];
}

const ends: Array<() => void> = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function open(url: string, subprotocols: string[] = []): Told {
  const socket = openSocket(url, subprotocols);
  const told: Told = { socket, opened: 0, texts: [], closes: [] };
  socket.onopen = () => told.opened++;
  socket.onmessage = ({ data }: { data: string }) => told.texts.push(data);
  socket.onclose = ({ code, reason }: SocketClose) => told.closes.push({ code, reason });
  ends.push(() => socket.terminate?.());
  return told;
}

/** A server that sends everything back, and the sockets that it has. */
function echo(protocol?: string) {
  const seen = { pongs: 0, closes: [] as SocketClose[], sockets: [] as ServerWebSocket[] };
  const server: Server<undefined> = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, server) {
      if (request.url.endsWith("/full")) return new Response("no place", { status: 503 });
      const headers: Record<string, string> = protocol ? { "sec-websocket-protocol": protocol } : {};
      return server.upgrade(request, { headers }) ? undefined : new Response(null, { status: 400 });
    },
    websocket: {
      maxPayloadLength: 2 ** 24,
      open: (socket) => void seen.sockets.push(socket),
      message: (socket, frame) => void socket.send(frame),
      pong: () => void seen.pongs++,
      close: (_, code, reason) => void seen.closes.push({ code, reason }),
    },
  });
  ends.push(() => void server.stop(true));
  return { seen, sockets: seen.sockets, url: `ws://127.0.0.1:${server.port}` };
}

/** A server that sends these bytes once it has the request, one by one if asked to. */
async function scripted(bytes: (accept: string) => Buffer[]) {
  const came: Buffer[] = [];
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket: Socket<undefined>, request) {
        came.push(Buffer.from(request));
        const accept = acceptOf(request);
        if (accept !== null) void sendAll(socket, bytes(accept));
      },
    },
  });
  ends.push(() => listener.stop(true));
  return { came, url: `ws://127.0.0.1:${listener.port}/ws` };
}

async function sendAll(socket: Socket<undefined>, chunks: Buffer[]): Promise<void> {
  for (const chunk of chunks) {
    socket.write(chunk);
    // Each in a segment of its own.
    await Bun.sleep(0);
  }
}

const AGREED = (accept: string) =>
  Buffer.from(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
const byteByByte = (bytes: Buffer) => [...bytes].map((byte) => Buffer.from([byte]));

test("texts of any length go there and back, in order", async () => {
  const client = open(`${echo().url}/`);
  await until(() => client.opened === 1, "the server to agree");
  const texts = [0, 1, 125, 126, 65_535, 65_536, 3_000_000].map((length) => "x".repeat(length));
  texts.push("grüße 🎉", "after it");
  for (const text of texts) client.socket.send(text);
  await until(() => client.texts.length === texts.length, "all of them");
  expect(client.texts.map(({ length }) => length)).toEqual(texts.map(({ length }) => length));
  expect(client.texts).toEqual(texts);
});

test("a goodbye of this side is answered, and told once", async () => {
  const { url, seen } = echo();
  const client = open(url);
  await until(() => client.opened === 1, "the server to agree");
  client.socket.close(4321, "enough");
  client.socket.send("too late");
  await until(() => client.closes.length > 0, "the end");
  client.socket.terminate?.();
  expect(seen.closes).toEqual([{ code: 4321, reason: "enough" }]);
  expect(client.closes).toEqual([{ code: 4321, reason: "enough" }]);
  expect(client.texts).toEqual([]);
});

test("a goodbye of the server is told and answered", async () => {
  const { url, seen, sockets } = echo();
  const client = open(url);
  await until(() => client.opened === 1, "the server to agree");
  sockets[0]!.close(4002, "too slow");
  await until(() => client.closes.length > 0 && seen.closes.length > 0, "the end");
  expect(client.closes).toEqual([{ code: 4002, reason: "too slow" }]);
  expect(seen.closes[0]!.code).toBe(4002);
});

test("a ping is answered", async () => {
  const { url, seen, sockets } = echo();
  open(url);
  await until(() => sockets.length === 1, "the client");
  sockets[0]!.ping("are you there");
  await until(() => seen.pongs === 1, "the answer");
});

test("offers its subprotocols, and takes none that it did not offer", async () => {
  const agreed = open(echo("b").url, ["a", "b"]);
  await until(() => agreed.opened === 1, "the server to agree");
  const other = open(echo("c").url, ["a", "b"]);
  await until(() => other.closes.length > 0, "the end");
  expect(other.closes).toEqual([{ code: 1006, reason: "agreed to what was not offered" }]);
  expect(other.opened).toBe(0);
});

test("who is refused learns with what", async () => {
  const client = open(`${echo().url}/full`);
  await until(() => client.closes.length > 0, "the end");
  expect(client.closes).toEqual([{ code: 1006, reason: "refused with HTTP 503" }]);
});

test("where nothing listens there is an end and no beginning", async () => {
  const { url } = echo();
  ends.pop()!();
  const client = open(url);
  await until(() => client.closes.length > 0, "the end");
  expect(client.closes[0]!.code).toBe(1006);
  expect(client.opened).toBe(0);
});

test("given up before the connection is there, it is closed once and never opens", async () => {
  const { url, sockets } = echo();
  const client = open(url);
  client.socket.close(1000, "bye");
  const next = open(url);
  await until(() => next.opened === 1, "somebody else");
  expect(client.closes).toEqual([{ code: 1006, reason: "" }]);
  expect(client.opened).toBe(0);
  expect(sockets.length).toBe(1);
});

test("a server that is gone without a word is a loss", async () => {
  const { url, sockets } = echo();
  const client = open(url);
  await until(() => client.opened === 1, "the server to agree");
  sockets[0]!.terminate();
  await until(() => client.closes.length > 0, "the end");
  expect(client.closes).toEqual([{ code: 1006, reason: "" }]);
});

test("reads what comes byte by byte, and a message in parts with a ping between them", async () => {
  const frames = Buffer.from(
    "\x81\x03one\x01\x02tw\x89\x01p\x80\x01o\x02\x01b\x80\x01b\x81\x05three",
    "latin1",
  );
  const { url, came } = await scripted((accept) => byteByByte(Buffer.concat([AGREED(accept), frames])));
  const client = open(url);
  await until(() => client.texts.length === 3, "three messages");
  expect(client.texts).toEqual(["one", "two", "three"]);
  // The pong: 0x8a, masked, of one byte.
  await until(() => came.some((bytes) => bytes[0] === 0x8a && bytes[1] === 0x81), "the pong");
});

test.each([
  ["\x81\x81\0\0\0\0a", 1002, "a masked frame, which only clients send"],
  ["\x01\x01a\x81\x01b", 1002, "a new message within another"],
  ["\x81\x7f\x80\0\0\0\0\0\0\0", 1009, "a message of more than 16 MiB"],
])("who breaks the rules is told so: %j", async (frames, code, reason) => {
  const { url, came } = await scripted((accept) => [AGREED(accept), Buffer.from(frames, "latin1")]);
  const client = open(url);
  await until(() => client.closes.length > 0, "the end");
  expect(client.closes).toEqual([{ code, reason }]);
  await until(() => came.some((bytes) => bytes[0] === 0x88), "the goodbye");
});

test("what was said before the end leaves, however long the server does not read", async () => {
  let server: Socket<undefined> | null = null;
  let [came, isClosed] = [0, false];
  let last = Buffer.alloc(0);
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket: Socket<undefined>, bytes) {
        if (server === null) {
          server = socket;
          socket.write(AGREED(acceptOf(bytes)!));
          socket.pause();
          return;
        }
        came += bytes.length;
        last = Buffer.concat([last, bytes]).subarray(-10);
      },
      close() {
        isClosed = true;
      },
    },
  });
  ends.push(() => listener.stop(true));
  const client = open(`ws://127.0.0.1:${listener.port}/`);
  await until(() => client.opened === 1, "the server to agree");
  // More than the buffers of the system take.
  const text = "x".repeat(1_000_000);
  for (let i = 0; i < 20; i++) client.socket.send(text);
  server!.write(Buffer.from("\x88\x02\x03\xe8", "latin1"));
  await until(() => client.closes.length > 0, "the goodbye of the server");
  // As whoever has been told of the end does.
  client.socket.terminate?.();
  server!.resume();
  await until(() => isClosed, "the end");
  // Of each text a head of 10 bytes and a mask of 4, and at last the goodbye: 2, 4 and the code.
  expect(came).toBe(20 * (14 + text.length) + 8);
  expect([...last.subarray(2, 4)]).toEqual([0x88, 0x82]);
});

// Some containers have no IPv6.
const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === "::1");

test.skipIf(!hasIPv6)("takes an IPv6 address", async () => {
  const server = Bun.serve({ port: 0, hostname: "::1", fetch: () => new Response(null, { status: 404 }) });
  ends.push(() => void server.stop(true));
  const client = open(`ws://[::1]:${server.port}/`);
  await until(() => client.closes.length > 0, "the end");
  expect(client.closes).toEqual([{ code: 1006, reason: "refused with HTTP 404" }]);
});

test("an answer with another key, or none of a server of WebSockets, opens nothing", async () => {
  for (const [bytes, reason] of [
    [AGREED("bm90aGluZw=="), "the key was not understood"],
    [Buffer.from("SSH-2.0-OpenSSH\r\n\r\n"), "this is not a server of WebSockets"],
    [Buffer.alloc(20_000, "x"), "this is not a server of WebSockets"],
  ] as const) {
    const { url } = await scripted(() => [bytes]);
    const client = open(url);
    await until(() => client.closes.length > 0, "the end");
    expect(client.closes).toEqual([{ code: 1006, reason }]);
    expect(client.opened).toBe(0);
  }
});
