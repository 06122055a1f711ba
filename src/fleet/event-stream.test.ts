import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { systemClock } from "../lib/clock.ts";
import { HTTP_DEFAULTS } from "../lib/http/listen.ts";
import { silentLogger } from "../lib/log.ts";
import { until } from "../lib/test-until.ts";
import { EventLog } from "./event-log.ts";
import { eventStream } from "./event-stream.ts";
import { fakeServer, fakeStatus } from "./fake-status.ts";
import type { FleetStatus } from "./status.ts";

/** A fleet whose seconds pass when they are told to. */
class StillFleet {
  readonly events = new EventLog(systemClock, silentLogger);
  status = () => fakeStatus(0, [fakeServer("a")]);
  readonly listeners = new Set<(status: FleetStatus) => void>();

  onTurn(listener: (status: FleetStatus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  turn(status = this.status()): void {
    for (const listener of this.listeners) listener(status);
  }
}

let fleet: StillFleet;
let server: Bun.Server<undefined>;
beforeEach(() => {
  fleet = new StillFleet();
  server = Bun.serve({ hostname: "127.0.0.1", port: 0, ...HTTP_DEFAULTS, fetch: () => eventStream(fleet) });
});
afterEach(() => server.stop(true));

const drained = (id: string) => ({ type: "drain", server: id, reason: "asked for", figures: {} }) as const;

describe("a reader", () => {
  test("gets what happened lately, the figures, then what is new", async () => {
    for (let n = 1; n <= 201; n++) fleet.events.add(drained(`s${n}`));
    const response = await fetch(server.url);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    let text = "";
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const frames = async (count: number) => {
      while (text.split("\n\n").length <= count) text += (await reader.read()).value ?? "";
      return text.split("\n\n").slice(0, count);
    };
    const before = await frames(201);
    const told = fleet.events.recent[0]!;
    expect(before[0]).toBe(`event: decision\nid: 2\ndata: ${JSON.stringify(told)}`);
    expect(before.slice(0, 200).map((frame) => /^id: (\d+)$/m.exec(frame)?.[1])).toEqual(
      Array.from({ length: 200 }, (_, n) => `${n + 2}`),
    );
    expect(before[200]).toBe(`event: stats\ndata: ${JSON.stringify(fleet.status())}`);
    fleet.events.add(drained("new"));
    fleet.turn(fakeStatus(1000, []));
    const [decision, stats] = (await frames(203)).slice(201);
    expect(decision).toStartWith("event: decision\nid: 202\n");
    expect(stats).toBe(`event: stats\ndata: ${JSON.stringify(fakeStatus(1000, []))}`);
    await reader.cancel();
  });

  test("who goes is forgotten", async () => {
    const leaving = new AbortController();
    await fetch(server.url, { signal: leaving.signal });
    expect(fleet.listeners.size).toBe(1);
    leaving.abort();
    await until(() => fleet.listeners.size === 0, "the reader to be forgotten");
    await fetch(server.url, { method: "HEAD" });
    await until(() => fleet.listeners.size === 0, "whoever asks for the head only, too");
  });

  test("who does not read is dropped, also one who was far behind from the start", async () => {
    const text = "x".repeat(100_000);
    for (let n = 0; n < 200; n++) fleet.events.add({ ...drained("a"), reason: text });
    const socket = connect(server.port!, "127.0.0.1", () => {
      socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    });
    await new Promise<void>((resolve) => {
      socket.once("data", () => {
        socket.pause();
        resolve();
      });
    });
    expect(fleet.listeners.size).toBe(1);
    const large = fakeStatus(0, [fakeServer(text)]);
    let seconds = 0;
    while (fleet.listeners.size > 0 && seconds++ < 1000) {
      fleet.turn(large);
      await Bun.sleep(0);
    }
    expect(fleet.listeners.size).toBe(0);
    // It learns of it: the stream was cut, not ended.
    const cut = Promise.withResolvers<void>();
    socket.on("close", () => cut.resolve());
    socket.resume();
    await cut.promise;
    fleet.turn();
  });
});
