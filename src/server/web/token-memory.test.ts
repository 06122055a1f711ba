import { expect, test } from "bun:test";
import { TokenMemory } from "./token-memory.ts";

class FakeStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

const EVIL = "http://evil.example:3000";

test("a token survives a reload, and is only for the chat that it was typed in for", () => {
  const storage = new FakeStorage();
  new TokenMemory(() => storage).keep(null, "a.b.c");
  const memory = new TokenMemory(() => storage);
  expect([memory.recall(null), memory.recall(EVIL)]).toEqual(["a.b.c", null]);
  memory.keep(EVIL, "d.e.f");
  expect([memory.recall(null), memory.recall(EVIL)]).toEqual(["a.b.c", "d.e.f"]);
  memory.keep(null, null);
  expect(memory.recall(null)).toBeNull();
  expect([...storage.items.values()]).toEqual(["d.e.f"]);
});

test("what is no token is not taken, and a browser that keeps nothing is no failure", () => {
  const storage = new FakeStorage();
  storage.setItem("scale-chat.token", "a.b.c, other");
  expect(new TokenMemory(() => storage).recall(null)).toBeNull();
  const blocked = new TokenMemory(() => {
    throw new DOMException("blocked", "SecurityError");
  });
  expect(blocked.recall(null)).toBeNull();
  blocked.keep(null, "a.b.c");
  expect(blocked.recall(null)).toBe("a.b.c");
});
