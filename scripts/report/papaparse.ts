/** The same question to papaparse and a map: `bun scripts/report/papaparse.ts FILE old|new 50,99`. Prints `{"count", "percentiles"}`. */
import { createReadStream } from "node:fs";
import Papa from "papaparse";

const [path = "", form, percents = ""] = process.argv.slice(2);
const sentUs = new Map<string, number>();
const waiting: Array<[key: string, us: number]> = [];
const latencies: number[] = [];

await new Promise<void>((resolve, reject) => {
  Papa.parse<string[]>(createReadStream(path, { highWaterMark: 1 << 20 }), {
    fastMode: true,
    skipFirstNLines: form === "old" ? 0 : 2,
    chunk({ data }) {
      for (const [messageId, sender, , type, timestamp] of data) {
        if (timestamp === undefined) continue;
        const key = `${messageId} ${sender}`;
        const us = Number(timestamp);
        const sent = sentUs.get(key);
        if (type === "Sent") sentUs.set(key, us);
        else if (sent === undefined) waiting.push([key, us]);
        else latencies.push(us - sent);
      }
    },
    complete: () => resolve(),
    error: reject,
  });
});
for (const [key, us] of waiting) {
  const sent = sentUs.get(key);
  if (sent !== undefined) latencies.push(us - sent);
}
const sorted = Float64Array.from(latencies).sort();
// In whole numbers: 99.9 % of 10,000 is the 9,990th, not the one after.
const rank = (percent: string) => Math.ceil((Math.round(Number(percent) * 1000) * sorted.length) / 100_000);
const percentiles = percents.split(",").map((percent) => sorted[rank(percent) - 1]);
console.log(JSON.stringify({ count: sorted.length, percentiles }));
