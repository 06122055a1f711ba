import { expect, test } from "bun:test";
import { type LogFields, silentLogger } from "../lib/log.ts";
import type { ChatMessage } from "../protocol/message.ts";
import type { OwnMessage } from "./own-messages.ts";
import { Trace } from "./trace.ts";

function traceInto(lines: LogFields[], oneIn = 1): Trace {
  return new Trace(oneIn, { ...silentLogger, info: (_, fields = {}) => lines.push({ ...fields }) });
}

test("about one in so many messages is logged, by its id alone", () => {
  const wanted = (trace: Trace) => Array.from({ length: 20_000 }, (_, id) => trace.wants(`m-${id}`));
  const [here, there] = [wanted(traceInto([], 100)), wanted(traceInto([], 100))];
  const count = here.filter(Boolean).length;
  expect(count).toBeGreaterThan(120);
  expect(count).toBeLessThan(280);
  expect(there).toEqual(here);
  expect(wanted(traceInto([])).every(Boolean)).toBe(true);
});

const message: ChatMessage = {
  ...{ room: "secret-room", offset: 7, messageId: 1, sender: "secret-name", text: "secret", sentAt: "then" },
};

test.each([
  ["before", true],
  ["after", false],
])("a message's line is written once, the log's answer %s its delivery", (_, answersFirst) => {
  const lines: LogFields[] = [];
  const trace = traceInto(lines);
  const began = trace.begin(1, "c-1", 1000.0004)!;
  const own: OwnMessage = {
    ...{ publication: { ...message, session: null }, connection: "c-1", receivedAt: 1000, offset: null },
    trace: began,
  };
  if (answersFirst) began.answered("stored", 7, 1001);
  trace.delivered([message], [own], 1002, 1003.5);
  if (!answersFirst) began.answered("stored", 7, 1001);
  expect(lines).toEqual([
    {
      ...{ message_id: 1, connection: "c-1", offset: 7, outcome: "stored" },
      ...{ received: 1000, published: 1001, delivered: 1002, sent: 1003.5 },
    },
  ]);
});

test("what is not delivered is said at once, and what another server took in has half of it", () => {
  const lines: LogFields[] = [];
  const trace = traceInto(lines);
  trace.begin("x", "c-1", 1)!.answered("refused", null, 2);
  trace.delivered([message], [], 3, 4);
  expect(lines).toEqual([
    { message_id: "x", connection: "c-1", offset: null, outcome: "refused", received: 1, published: 2 },
    { message_id: 1, offset: 7, delivered: 3, sent: 4 },
  ]);
});
