import { describe, expect, test } from "bun:test";
import { hashOf, PlaceMemory, roomOfHash } from "./place.ts";

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
