import { expect, test } from "bun:test";
import { CSV_COLUMNS, CSV_HEADER, receivedRow, sentRow } from "./csv.ts";

test("a header and its rows have the same columns", () => {
  const rows = [`${CSV_HEADER}\n`, sentRow(7, "a", 1000, 990), receivedRow(7, "a", "b", 1500)];
  expect(rows).toEqual([
    "message_id,sender_id,client_id,type,timestamp_us,scheduled_us\n",
    "7,a,a,Sent,1000,990\n",
    "7,a,b,Received,1500,\n",
  ]);
  for (const row of rows) expect(row.split(",")).toHaveLength(CSV_COLUMNS.length);
});
