import { expect, test } from "bun:test";
import { introduce } from "./fleet-links.ts";

const options = { adminHost: "127.0.0.1", redisPrefix: "scale-chat" };
const taken = { port: 8080, adminPort: 8081 };

test("a server that is told nothing is wherever its clients reached the fleet, on the port that it took", () => {
  expect(introduce("a", { ...options, child: "a" }, taken, 5)).toEqual({
    id: "a",
    url: "ws://0.0.0.0:8080",
    adminAddress: "127.0.0.1:8081",
    kind: "child",
    startedAt: 5,
  });
});

test("what it advertises is its address, but for a port that stands for the one it takes", () => {
  const url = (advertise: string) => introduce("a", { ...options, advertise }, taken, 5).url;
  expect(url("wss://chat.example.org:443")).toBe("wss://chat.example.org");
  expect(url("ws://[2001:db8::5]:0")).toBe("ws://[2001:db8::5]:8080");
  expect(introduce("a", { ...options, advertise: "ws://h:1" }, taken, 5).kind).toBe("remote");
});
