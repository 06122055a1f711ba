import { afterEach, beforeEach, expect, jest, spyOn, test } from "bun:test";
import { Redis } from "ioredis";
import { CONNECTION_OPTIONS, end, endAfterAnswers, keepConnecting } from "./links.ts";

const LONGEST_DELAY_MS = 1000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A connection that is told that it has ended, and counts how often it was connected again. */
function ended() {
  const connection = keepConnecting(new Redis(CONNECTION_OPTIONS));
  const connect = spyOn(connection, "connect").mockResolvedValue();
  connection.status = "end";
  connection.emit("end");
  return { connection, connect };
}

test("a connection that ended is connected again", () => {
  const { connection, connect } = ended();
  jest.advanceTimersByTime(LONGEST_DELAY_MS);
  expect(connect).toHaveBeenCalledTimes(1);
  end(connection);
});

test.each([
  ["at once", end],
  ["when everything is answered", endAfterAnswers],
])("one that is closed %s while it waits for that, stays closed", async (_, close) => {
  const { connection, connect } = ended();
  await close(connection);
  jest.advanceTimersByTime(LONGEST_DELAY_MS);
  expect(connect).not.toHaveBeenCalled();
});
