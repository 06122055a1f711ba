import { describe, expect, test } from "bun:test";
import { balancerOf, hashOf, PlaceMemory, roomOfHash } from "./place.ts";

describe("the room in the address", () => {
  test.each(["general", "a/b c#d?e%", "日本", "$&"])("%s survives the way there and back", (room) => {
    expect(roomOfHash(hashOf(room))).toBe(room);
  });

  test.each([
    ["", "nothing"],
    ["#", "nothing"],
    ["#%", "broken percent-encoding"],
    ["#..", "a step in a path"],
    ["#a%00b", "a control character"],
    [`#${"x".repeat(129)}`, "too long"],
  ])("%j is no room: %s", (hash) => {
    expect(roomOfHash(hash)).toBeNull();
  });
});

describe("the balancer in the address", () => {
  test.each([
    ["", null],
    ["?theme=dark", null],
    ["?balancer=http://127.0.0.1:3000", "http://127.0.0.1:3000"],
    ["?balancer=https%3A%2F%2Flb.example.org/", "https://lb.example.org"],
    ["?balancer=http://user:secret@lb.example.org?x=1#y", "http://lb.example.org"],
  ])("%j names %p", (search, balancer) => expect(balancerOf(search)).toBe(balancer));

  test.each([
    "",
    "lb.example.org",
    "ws://lb:3000",
    "javascript:alert(1)",
    "http://lb/path",
    "//lb",
    "http://",
  ])("%j is none", (text) =>
    expect(() => balancerOf(`?balancer=${encodeURIComponent(text)}`)).toThrow(TypeError),
  );
});

describe("the memory", () => {
  const nowhere = { room: null, name: null };

  test("gives back what was kept, also to the next page", () => {
    const storage = fakeStorage();
    new PlaceMemory(() => storage).keep({ room: "r", name: "ann" });
    expect(new PlaceMemory(() => storage).recall()).toEqual({ room: "r", name: "ann" });
  });

  test.each(["", "null", "[]", "{", '{"room":1,"name":{}}', '{"room":"..","name":" "}'])(
    "takes nothing from %j",
    (text) => {
      expect(new PlaceMemory(() => fakeStorage(text)).recall()).toEqual(nowhere);
    },
  );

  test("lasts as long as the page where storage is blocked", () => {
    const memory = new PlaceMemory(() => {
      throw new Error("blocked");
    });
    expect(memory.recall()).toEqual(nowhere);
    memory.keep({ room: "r", name: "ann" });
    expect(memory.recall()).toEqual({ room: "r", name: "ann" });
  });
});

function fakeStorage(text: string | null = null): Pick<Storage, "getItem" | "setItem"> {
  let kept = text;
  return {
    getItem: () => kept,
    setItem: (_, value) => {
      kept = value;
    },
  };
}
