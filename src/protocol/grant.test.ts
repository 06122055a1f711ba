import { expect, test } from "bun:test";
import { bearerOf, bearerSubprotocol, isToken, readSubprotocols } from "./bearer.ts";
import { opensRoom } from "./grant.ts";

const opens = (rooms: string[], room: string) => opensRoom({ name: "ann", rooms, expiresAt: 0 }, room);

test("a pattern opens the rooms that it describes, and no others", () => {
  const cases: Array<[pattern: string, open: string[], closed: string[]]> = [
    ["lobby", ["lobby"], ["", "lobb", "lobby2", "Lobby"]],
    ["*", ["", "lobby", "a*b", "ü"], []],
    ["team-*", ["team-", "team-red"], ["team", "my-team-red"]],
    ["*-team", ["-team", "red-team"], ["red-teams"]],
    ["a*a", ["aa", "aba", "aaa"], ["a", "ab"]],
    ["a*bc*d", ["abcd", "a-bc-d", "abcbcd"], ["abd", "acbd", "abcde"]],
    ["ab*ba", ["abba", "ab-ba"], ["aba"]],
    ["**", ["", "x"], []],
    ["a.c", ["a.c"], ["abc"]],
    ["", [""], ["x"]],
  ];
  for (const [pattern, open, closed] of cases) {
    for (const room of open) expect([pattern, room, opens([pattern], room)]).toEqual([pattern, room, true]);
    for (const room of closed)
      expect([pattern, room, opens([pattern], room)]).toEqual([pattern, room, false]);
  }
  expect(opens([], "lobby")).toBe(false);
  expect(opens(["ops", "lob*"], "lobby")).toBe(true);
});

test("a pattern of many stars takes no longer than another", () => {
  expect(opens([`${"*a".repeat(3000)}*b`], "a".repeat(128))).toBe(false);
});

test("a token stands in the header, or among the subprotocols", () => {
  const headers = (authorization: string | null, subprotocols: string | null) =>
    new Headers([
      ...(authorization === null ? [] : [["authorization", authorization] as [string, string]]),
      ...(subprotocols === null ? [] : [["sec-websocket-protocol", subprotocols] as [string, string]]),
    ]);
  expect(bearerOf(headers(null, null))).toBeNull();
  expect(bearerOf(headers("Bearer a.b.c", null))).toBe("a.b.c");
  expect(bearerOf(headers("bearer  a.b.c ", "bearer.d.e.f"))).toBe("a.b.c");
  expect(bearerOf(headers("Basic YTpi", "scale-chat.v1, bearer.d.e.f"))).toBe("d.e.f");
  expect(bearerOf(headers("Bearer a.b.c d", null))).toBeNull();
  expect(readSubprotocols("scale-chat.v1,bearer.a.b.c , other")).toEqual({
    offered: ["scale-chat.v1", "other"],
    token: "a.b.c",
  });
  expect(readSubprotocols(bearerSubprotocol("a.b.c"))).toEqual({ offered: [], token: "a.b.c" });
});

test("only what has the form of a token can be sent", () => {
  for (const text of ["a.b.c", "eyJ-_.e30.AAAA"]) expect(isToken(text)).toBe(true);
  for (const text of ["", "a.b", "a.b.c.d", "a.b.c\n", "a.b.c, d", "a..c", "a.ü.c"])
    expect(isToken(text)).toBe(false);
});
