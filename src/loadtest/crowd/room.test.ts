import { expect, test } from "bun:test";
import { TestRoom } from "./room.ts";

test("a message is for those who are in the room when it is said", () => {
  const room = new TestRoom("r");
  const [ann, bob] = [{ owed: 0 }, { owed: 0 }];
  room.enter(ann, 10);
  expect(room.say(20)).toBe(1);
  room.enter(bob, 30);
  expect([room.say(40), room.say(50)]).toEqual([2, 2]);
  room.leave(bob, 60);
  expect(room.say(70)).toBe(1);
  room.leave(ann, 80);
  expect([ann.owed, bob.owed, room.members]).toEqual([4, 2, 0]);
});

test("one that comes to be known late is for those who were in the shared room when it was said", () => {
  const room = new TestRoom("r", 0, true);
  const [ann, bob] = [{ owed: 0 }, { owed: 0 }];
  room.enter(ann, 10);
  room.enter(bob, 30);
  // Before Bob came, and after.
  expect([room.say(29), room.say(30)]).toEqual([1, 2]);
  room.leave(bob, 60);
  expect([room.say(59), room.say(60)]).toEqual([2, 1]);
  // As before he came, but known when he has already left.
  expect(room.say(29)).toBe(1);
  room.leave(ann, 80);
  expect([ann.owed, bob.owed]).toEqual([5, 2]);
});
