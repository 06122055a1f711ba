import { expect, test } from "bun:test";
import { decodeBatch, encodePayload } from "./payload.ts";

const said = { messageId: 7, sender: "ann", text: "hi", sentAt: "2026-01-31T12:00:00.000Z" };
const batch = (of: object) =>
  JSON.stringify({ e: "epoch", r: "replid", o: 6, m: [JSON.parse(encodePayload(said, 1))], ...of });

test("a batch is read as it was written", () => {
  const messages = [{ ...said, room: "r", offset: 6 }];
  expect(decodeBatch("r", batch({}))).toEqual({ epoch: "epoch", replid: "replid", first: 6, messages });
});

test.each([{ e: 1 }, { r: null }, { o: "6" }, { o: 0 }, { o: 1.5 }, { o: 1e300 }, { m: {} }])(
  "what is no batch is none: %j",
  (of) => expect(decodeBatch("r", batch(of))).toBeNull(),
);

test.each([
  [7],
  [[]],
  [[7, "ann", "hi"]],
  [[7, "ann", 7, "now"]],
  [[{}, "ann", "hi", "now"]],
  [[7, null, "hi", "now"]],
])("a batch of what is no message of ours is an error: %j", (payload) =>
  expect(() => decodeBatch("r", batch({ m: [payload] }))).toThrow(
    "offset 6 of a room holds no message of ours",
  ),
);
