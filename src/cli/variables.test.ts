import { expect, test } from "bun:test";
import { describeStrange, strangeVariables } from "./variables.ts";

const known = new Set(["SCALE_CHAT_MAX_CONNECTIONS", "SCALE_CHAT_MAX_ROOMS", "SCALE_CHAT_PORT"]);

test("what is known, and what is none of ours, is fine", () => {
  expect(strangeVariables({ SCALE_CHAT_PORT: "1", PATH: "/bin", SCALE_CHATTER: "" }, known)).toEqual([]);
});

test("a slip has the name that was meant", () => {
  const found = strangeVariables({ SCALE_CHAT_MAX_CONECTIONS: "5", SCALE_CHAT_MAX_ROOM: "1" }, known);
  expect(found).toEqual([
    { name: "SCALE_CHAT_MAX_CONECTIONS", nearest: "SCALE_CHAT_MAX_CONNECTIONS" },
    { name: "SCALE_CHAT_MAX_ROOM", nearest: "SCALE_CHAT_MAX_ROOMS" },
  ]);
  expect(describeStrange(found[0]!)).toBe(
    "SCALE_CHAT_MAX_CONECTIONS: no option has this variable, and it is ignored; did you mean SCALE_CHAT_MAX_CONNECTIONS?",
  );
});

test("another word has none", () => {
  expect(strangeVariables({ SCALE_CHAT_SERVICE_HOST: "10.0.0.1" }, known)).toEqual([
    { name: "SCALE_CHAT_SERVICE_HOST", nearest: null },
  ]);
});
