import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Observations } from "./observations.ts";

/** One value, or one for each value of a metric's label. */
export type Reading = number | Readonly<Record<string, number>>;

/**
 * What a process tells Prometheus. Nothing is counted here: each metric is read, when somebody scrapes, from the plain
 * numbers that the program keeps anyway.
 */
export class Metrics {
  private readonly registry = new Registry();

  /** A total since the start. With `label`, `read` answers with a number for each of that label's values. */
  counter(name: string, help: string, read: () => Reading, label?: string): void {
    new Counter({
      ...{ name, help, registers: [this.registry], labelNames: label === undefined ? [] : [label] },
      collect() {
        this.reset();
        for (const [labels, value] of readings(read(), label)) this.inc(labels, value);
      },
    });
  }

  /** A value that goes up and down. */
  gauge(name: string, help: string, read: () => Reading, label?: string): void {
    new Gauge({
      ...{ name, help, registers: [this.registry], labelNames: label === undefined ? [] : [label] },
      collect() {
        this.reset();
        for (const [labels, value] of readings(read(), label)) this.set(labels, value);
      },
    });
  }

  histogram(name: string, help: string, observations: Observations): void {
    new ReadHistogram({ name, help, registers: [this.registry] }, observations);
  }

  /** Everything in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

function readings(reading: Reading, label?: string): Array<[Record<string, string>, number]> {
  if (typeof reading === "number") return [[{}, reading]];
  return Object.entries(reading).map(([value, number]) => [{ [label!]: value }, number]);
}

/** A histogram whose buckets are counted elsewhere. */
class ReadHistogram extends Histogram {
  constructor(
    private readonly shape: { name: string; help: string; registers: Registry[] },
    private readonly observations: Observations,
  ) {
    super(shape);
  }

  /** What the registry asks for; not part of the package's types. */
  async getForPromString(): Promise<object> {
    const { name, help } = this.shape;
    const { bounds, counts, sum, count } = this.observations;
    let below = 0;
    const buckets = [...bounds, "+Inf"].map((le, bucket) => {
      below += counts[bucket]!;
      return { metricName: `${name}_bucket`, labels: { le }, value: below };
    });
    const totals = [
      { metricName: `${name}_sum`, value: sum },
      { metricName: `${name}_count`, value: count },
    ];
    return { name, help, type: "histogram", values: [...buckets, ...totals] };
  }
}
