/** The same question to DuckDB: `bun scripts/report/duckdb.ts FILE old|new 50,99`. Prints `{"count", "percentiles"}`. */
import { DuckDBInstance } from "@duckdb/node-api";

const [path = "", form, percents = ""] = process.argv.slice(2);
const fractions = percents.split(",").map((percent) => `${percent}::DECIMAL(7, 4) / 100`);
const columns = {
  message_id: "BIGINT",
  sender_id: "VARCHAR",
  client_id: "VARCHAR",
  type: "VARCHAR",
  timestamp_us: "BIGINT",
  ...(form === "old" ? {} : { scheduled_us: "BIGINT" }),
};
const shape = Object.entries(columns).map(([name, type]) => `'${name}': '${type}'`);
// Everything is said, so that nothing has to be found out: this is the faster way.
const source = `read_csv('${path}', auto_detect = false, delim = ',', quote = '', escape = '', header = false,
  skip = ${form === "old" ? 0 : 2}, columns = {${shape.join(", ")}})`;

const connection = await (await DuckDBInstance.create(":memory:")).connect();
const answer = await connection.runAndReadAll(`
  WITH events AS (SELECT message_id, sender_id, type, timestamp_us FROM ${source})
  SELECT count(*), quantile_disc(received.timestamp_us - sent.timestamp_us, [${fractions.join(", ")}])
  FROM events AS received JOIN events AS sent USING (message_id, sender_id)
  WHERE received.type = 'Received' AND sent.type = 'Sent'`);
const [count, quantiles] = answer.getRowsJson()[0] as [string, string[]];
console.log(JSON.stringify({ count: Number(count), percentiles: quantiles.map(Number) }));
