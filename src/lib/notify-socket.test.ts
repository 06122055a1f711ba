import { afterEach, expect, test } from "bun:test";
import { openNotifySocket, socketAddress } from "./notify-socket.ts";
import { listenForNotifications, type NotifyReceiver } from "./test-notify-receiver.ts";

let receiver: NotifyReceiver | undefined;
afterEach(() => {
  receiver?.close();
  receiver = undefined;
});

for (const kind of ["path", "abstract"] as const) {
  test(`sends to an address that is ${kind === "path" ? "a path" : "an abstract name"}`, () => {
    receiver = listenForNotifications(kind);
    const send = openNotifySocket(receiver.address)!;
    expect(send("READY=1\nSTATUS=höre zu")).toBe(true);
    expect(send("WATCHDOG=1")).toBe(true);
    expect(receiver.heard()).toEqual(["READY=1\nSTATUS=höre zu", "WATCHDOG=1"]);
  });
}

test("nobody there, and nobody who reads, is false and nothing worse", () => {
  expect(openNotifySocket("/nowhere/notify")!("READY=1")).toBe(false);
  receiver = listenForNotifications();
  const send = openNotifySocket(receiver.address)!;
  // The queue of a datagram socket holds a few hundred at the most.
  const answers = Array.from({ length: 5000 }, () => send("WATCHDOG=1"));
  expect(answers[0]).toBe(true);
  expect(answers.at(-1)).toBe(false);
});

test("other kinds of addresses are none of ours", () => {
  for (const address of ["", "@", "/", "vsock:2:1234", "relative", `/${"x".repeat(200)}`]) {
    expect(socketAddress(address)).toBeNull();
    expect(openNotifySocket(address)).toBeNull();
  }
});
