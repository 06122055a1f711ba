/** A process's figures as one look at its `/metrics` has them. */
export class Scrape {
  private constructor(readonly text: string) {}

  static async of(adminPort: number): Promise<Scrape> {
    const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
    if (!response.ok) throw new Error(`/metrics answers ${response.status}: ${await response.text()}`);
    return new Scrape(await response.text());
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
