import { expect, test } from "bun:test";
import { endNotice, gapNotice, lostNotice, renamedNotice, unsentNotice } from "./notices.ts";

test("a loss has its reason, where there is one, and says when it is tried again", () => {
  expect(lostNotice("server is stopping", 1234)).toBe(
    "connection lost (server is stopping), trying again in 1.2 s",
  );
  expect(lostNotice("connection lost", 90)).toBe("connection lost, trying again in 0.1 s");
  expect(lostNotice("\u001b[2Jx", 0)).toBe("connection lost ([2Jx), trying again in 0.0 s");
});

test("a gap is counted, where that can be", () => {
  expect(gapNotice({ type: "gap", from: 5, to: 5, reason: "trimmed" })).toBe("back, 1 message missed");
  expect(gapNotice({ type: "gap", from: 5, to: 9, reason: "trimmed" })).toBe("back, 5 messages missed");
  expect(gapNotice({ type: "gap", from: 1, to: 0, reason: "epoch" })).toContain("began a new log");
});

test("endings", () => {
  expect(endNotice("too many invalid frames")).toBe(
    "the server ended the connection: too many invalid frames",
  );
  expect(unsentNotice(1)).toBe("1 message was not confirmed by the server");
  expect(unsentNotice(2)).toBe("2 messages were not confirmed by the server");
});

test("a new name, where one may choose it", () => {
  expect(renamedNotice("bob", "bob")).toBe("you are bob now");
  expect(renamedNotice("bob", "ann")).toBe("you are still ann: the name comes from your token");
});
