import { until } from "../test-until.ts";

const AGE = "scale_chat_figures_age_seconds";
/** So far the clocks of two processes, or threads, may be apart. */
const CLOCKS_MS = 1;

/** A process's figures as one look at its `/metrics` has them. */
export class Scrape {
  private constructor(readonly text: string) {}

  /** The figures of a moment after this call; one that is busy tells older ones, and is asked again. */
  static of(adminPort: number): Promise<Scrape> {
    const calledAt = performance.now();
    return until(async () => {
      const askedAt = performance.now();
      const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
      if (!response.ok) throw new Error(`/metrics answers ${response.status}: ${await response.text()}`);
      const scrape = new Scrape(await response.text());
      if (!scrape.text.includes(`\n${AGE} `)) return scrape; // Made for this answer.
      // They are that much older than an answer which is from after `askedAt`.
      return scrape.value(AGE) * 1000 + CLOCKS_MS <= askedAt - calledAt && scrape;
    }, "figures of this moment");
  }

  /** The names of all metrics. */
  get names(): string[] {
    return [...this.text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
  }

  /** A series' value; throws where there is no such series. */
  value(series: string): number {
    const line = this.text.split("\n").find((text) => text.startsWith(`${series} `));
    if (line === undefined) throw new Error(`there is no ${series} in\n${this.text}`);
    return Number(line.slice(series.length + 1));
  }

  messages(type: string): number {
    return this.value(`scale_chat_messages_total{type="${type}"}`);
  }
}

/** What all of these told together. */
export function total(scrapes: readonly Scrape[], read: (scrape: Scrape) => number): number {
  return scrapes.reduce((sum, scrape) => sum + read(scrape), 0);
}
