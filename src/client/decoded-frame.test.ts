import { expect, test } from "bun:test";
import { decodeFrame } from "./decoded-frame.ts";

function message(offset: number): object {
  return { type: "message", offset, message_id: offset, sender: "ann", text: "hi", sent_at: "t", room: "r" };
}

function batchIn(...objects: object[]) {
  return decodeFrame(JSON.stringify(objects)).batch;
}

test("messages that follow one another are a batch, one alone as well", () => {
  expect(batchIn(message(4), message(5), message(6))).toMatchObject({ first: 4, last: 6 });
  expect(decodeFrame(JSON.stringify(message(7))).batch).toMatchObject({ first: 7, last: 7 });
});

test("with a hole, out of order, or with anything else between them they are not", () => {
  expect(batchIn(message(4), message(6))).toBeNull();
  expect(batchIn(message(5), message(4))).toBeNull();
  expect(batchIn(message(4), message(4))).toBeNull();
  expect(batchIn(message(4), { type: "presence", members: 2 })).toBeNull();
  expect(batchIn()).toBeNull();
  expect(decodeFrame("no JSON").batch).toBeNull();
});
