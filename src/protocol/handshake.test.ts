import { describe, expect, test } from "bun:test";
import { seededRandom } from "../lib/random.ts";
import { parseChatPath, parseJoinRequest, roomUrl } from "./handshake.ts";

describe("a path", () => {
  const rooms: Array<[path: string, room: string]> = [
    ["/ws", ""],
    ["/ws/r", "r"],
    ["/ws/a%20b", "a b"],
    ["/ws/a%2Fb", "a/b"],
    ["/ws/%F0%9F%92%AC", "💬"],
    ["/ws/a+b", "a+b"],
    ["/ws/%25", "%"],
    ["/ws/__proto__", "__proto__"],
  ];
  for (const [path, room] of rooms) {
    test(`${path} is the room "${room}"`, () => expect(parseChatPath(path)).toEqual({ room }));
  }

  const none: Array<[path: string, status: 400 | 404]> = [
    ["/", 404],
    ["", 404],
    ["/w", 404],
    ["/wsx", 404],
    ["/WS/r", 404],
    ["/ws/a/b", 404],
    ["/ws/a/", 404],
    ["/ws//", 404],
    ["/ws/", 400],
    ["/ws/%", 400],
    ["/ws/%ff", 400],
    ["/ws/%ed%a0%80", 400],
    ["/ws/%00", 400],
    ["/ws/%2e%2e", 400],
    [`/ws/${"x".repeat(129)}`, 400],
  ];
  for (const [path, status] of none) {
    test(`${path.slice(0, 20)} is ${status}`, () => {
      expect(parseChatPath(path)).toEqual({ status, problem: expect.stringMatching(/^\w.{10,}/) });
    });
  }
});

describe("a query", () => {
  const parse = (query: string) => parseJoinRequest(new URLSearchParams(query));

  test("may say nothing, or what nobody knows", () => {
    const nothing = { name: null, session: null, since: null, history: 0, presence: "counts" };
    expect(parse("")).toEqual(nothing as never);
    expect(parse("shiny=1")).toEqual(nothing as never);
  });

  test("says who, and from where", () => {
    expect(parse("name=J%C3%B6+A&session=0123456789abcdef&since=ep:7&history=1000&presence=names")).toEqual({
      name: "Jö A",
      session: "0123456789abcdef",
      since: { epoch: "ep", offset: 7 },
      history: 1000,
      presence: "names",
    });
  });

  const bad = [
    "name=",
    "name=%00",
    "session=short",
    "since=",
    "since=7",
    "since=a:b",
    "history=",
    "history=-1",
  ];
  for (const query of [
    ...bad,
    "history=1.5",
    "history=1001",
    "history=1e2",
    "presence=",
    "presence=Counts",
  ]) {
    test(`${query} is a problem`, () => {
      expect(parse(query)).toEqual({ problem: expect.stringMatching(/^\w.{10,}/) });
    });
  }
});

describe("roomUrl", () => {
  test("is the path of the room", () => {
    expect(roomUrl("ws://h:1", "r")).toBe("ws://h:1/ws/r");
    expect(roomUrl("ws://h:1/", "")).toBe("ws://h:1/ws");
    expect(roomUrl("wss://h/", "a b/ü?#%")).toBe("wss://h/ws/a%20b%2F%C3%BC%3F%23%25");
  });

  test("takes a path as it is, with {room} replaced wherever it stands", () => {
    expect(roomUrl("ws://h/", "r", { history: 0 })).toBe("ws://h/ws/r");
    expect(roomUrl("ws://h/chat/{room}", "a/b $&")).toBe("ws://h/chat/a%2Fb%20%24%26");
    expect(roomUrl("ws://h/{room}/chat/{room}", "r")).toBe("ws://h/r/chat/r");
    expect(roomUrl("ws://h/chat", "r")).toBe("ws://h/chat");
    expect(roomUrl("ws://h/a%2Fb/{room}", "r")).toBe("ws://h/a%2Fb/r");
    expect(roomUrl("ws://h/100%25/{room}", "r")).toBe("ws://h/100%25/r");
    expect(roomUrl("ws://h/%zz/{room}", "r")).toBe("ws://h/%zz/r");
  });

  test("adds what is asked for, and keeps the query it was given", () => {
    const since = { epoch: "e", offset: 3 };
    const url = new URL(
      roomUrl("ws://h/?key=a%20b", "r", { name: "J ö&", since, history: 9, presence: "none" }),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      key: "a b",
      name: "J ö&",
      since: "e:3",
      presence: "none",
    });
    expect(roomUrl("ws://h", "r", { name: null, session: null, since: null, history: 5 })).toBe(
      "ws://h/ws/r?history=5",
    );
  });

  test("is understood by the server, whatever the room", () => {
    const random = seededRandom(3);
    for (let round = 0; round < 2000; round++) {
      const length = 1 + Math.floor(random() * 10);
      const points = Array.from({ length }, () => 0x20 + Math.floor(random() ** 3 * 0x2ff00));
      const room = String.fromCodePoint(...points.filter((point) => point < 0xd800 || point > 0xdfff), 0x41);
      const path = parseChatPath(new URL(roomUrl("ws://h", room)).pathname);
      if ("problem" in path) expect(room).toMatch(/[\u007f-\u009f]/);
      else expect(path.room).toBe(room);
    }
  });
});
