import type { Random } from "../../lib/random.ts";
import { CSV_HEADER, receivedRow, sentRow } from "../../results/csv.ts";
import { END, META, START_US } from "../../results/fake-run.ts";
import { encodeRunMeta } from "../../results/run-meta.ts";

/** A results file with everything that may be odd about one, but well formed. For tests. */
export function randomFile(random: Random): string {
  const chance = (share: number) => random() < share;
  const upTo = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(values: readonly T[]) => values[upTo(values.length)]!;
  const isOld = chance(0.5);
  const clients = Array.from({ length: 1 + upTo(12) }, (_, i) =>
    pick([
      `client-${i}`,
      `c${i}`,
      `${i}`,
      `0f8c3d${i}e-77aa-4b1c-9d0e-0123456789ab`,
      `a.${i}.${"x".repeat(upTo(90))}`,
    ]),
  );
  const repeats = chance(0.3) ? 0.02 : 0;
  const slowest = pick([3000, 900_000, 5_000_000]);
  const rows: Array<[at: number, row: string]> = [];
  const total = 20 + upTo(200);
  for (let i = 0; i < total; i++) {
    const sender = pick(clients);
    const id = chance(0.05) ? 10 ** 14 + i : i;
    const scheduled = START_US + i * 40_000 + upTo(20_000);
    const sent = scheduled + upTo(3000);
    const mark = () => sent + upTo(2_000_000) - 1_000_000;
    if (!chance(0.04)) rows.push([sent, sentRow(id, sender, sent, scheduled)]);
    if (chance(repeats)) rows.push([mark(), sentRow(id, sender, sent + 7, scheduled + 5)]);
    for (const client of clients) {
      if (chance(0.1)) continue;
      const received = sent - (chance(0.02) ? 300 : 0) + upTo(slowest);
      for (let copies = chance(0.03) ? 2 : 1; copies > 0; copies--) {
        rows.push([chance(0.05) ? mark() : received, receivedRow(id, sender, client, received)]);
      }
    }
  }
  const order = pick(["time", "none", "type"]);
  if (order === "time") rows.sort((a, b) => a[0] - b[0]);
  if (order === "type") rows.sort((a, b) => Number(b[1].includes("Sent")) - Number(a[1].includes("Sent")));
  const lines = rows.map(([, row]) => {
    const line = isOld ? `${row.slice(0, row.lastIndexOf(","))}\n` : row;
    return !isOld && chance(0.05) ? line.replace(/(Sent,\d+,)\d+/, "$1") : line;
  });
  const meta = {
    ...META,
    ...pick([{}, { warmup_ms: 2000 }, { end: { ...END, sent: 5, received: 9 } }, { sample: 4 }]),
  };
  const begin = isOld ? pick(["", `${CSV_HEADER.replace(",scheduled_us", "")}\n`]) : `${CSV_HEADER}\n`;
  const description = !isOld || chance(0.2) ? encodeRunMeta(meta as typeof META) : "";
  const body = lines.join("");
  const cut = chance(0.3) ? body.length - upTo(60) : body.length;
  return description + begin + body.slice(0, cut);
}
