import { afterEach, beforeEach, expect, test } from "bun:test";
import { until } from "../lib/test-until.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import { openBunSocket } from "./bun-socket.ts";
import { FakeServer } from "./fake-server.ts";
import { Membership } from "./membership.ts";
import type { MembershipListener } from "./membership-listener.ts";

let server: FakeServer;
let member: Membership | undefined;
beforeEach(() => {
  server = new FakeServer();
});
afterEach(async () => {
  await member?.close();
  await server.stop();
});

function message(offset: number): ServerFrame {
  const content = { message_id: offset, sender: "x", text: `${offset}`, room: "r" };
  return { type: "message", offset, sent_at: "2026-01-31T12:00:00.000Z", ...content };
}

test("what all comes next is taken in one step; of the rest each message for itself, once", async () => {
  const heard: string[] = [];
  const listener: MembershipListener = {
    ...{ onOnline() {}, onOffline() {}, onEnd() {}, onEvent() {} },
    onMessage: (_, offset) => heard.push(`${offset}`),
    onBatch: ({ first, last }) => heard.push(`${first} to ${last}`),
    onGap: ({ from, to }) => heard.push(`no ${from} to ${to}`),
  };
  const options = { name: "ann", session: "s".repeat(16), history: 0, presence: "none" } as const;
  member = new Membership(
    {
      ...{ ...options, url: server.url, room: "r" },
      ...{ random: Math.random, openSocket: openBunSocket },
    },
    listener,
  );
  member.connect();
  const guest = await server.guest();
  guest.welcome({ offset: 10 });
  const bring = (...offsets: number[]) => guest.socket.send(JSON.stringify(offsets.map(message)));
  bring(11, 12, 13);
  bring(12, 13, 14);
  bring(14);
  bring(17, 18);
  bring(19);
  await until(() => heard.includes("19 to 19"), "the last one");
  expect(heard).toEqual(["11 to 13", "14", "no 15 to 16", "17", "18", "19 to 19"]);
});
