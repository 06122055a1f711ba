import { formatCount } from "../../lib/format.ts";
import type { RunSummary } from "../../results/summary.ts";
import type { TimelineSummary, TimeSlot } from "../../results/timeline.ts";
import { linearAxis, logLatencyAxis, logUs, niceEnd, secondsAxis, shortNumber } from "./axes.ts";
import type { Chart } from "./chart.ts";
import { having, largest } from "./having.ts";
import { boundLine, limitName } from "./limit-line.ts";
import { panelsPlot } from "./panels.ts";

const WITHOUT = "n/a: nothing happened in these runs";
const SECONDS = "seconds since the start, after the warm-up";

/** How the latency went while the run lasted. */
export const latencyOverTime: Chart = {
  name: "latency-over-time",
  title: "Latency over time: p50 and p99",
  reading:
    "Of the messages that were due in each moment; a curve that climbs to the end is a server that falls behind. " +
    "The latency axis is logarithmic, and the same for all runs.",
  without: WITHOUT,
  plot(runs, look) {
    const { found, leftOut } = having(runs, timelineWithLatencies);
    if (found.length === 0) return null;
    const { colours, limitUs } = look;
    const values = found.flatMap(({ value }) =>
      value.slots.flatMap(({ p50Us, p99Us }) => [p50Us ?? [], p99Us ?? []].flat()),
    );
    const least = values.reduce((low, us) => Math.min(low, us), Number.POSITIVE_INFINITY);
    const yAxis = logLatencyAxis(least, largest(values), colours);
    // Beyond the axis it would be drawn over another panel.
    const limit =
      limitUs === null || logUs(limitUs) > yAxis.max || logUs(limitUs) < yAxis.min ? null : limitUs;
    const panels = found.map(({ run, value }) => {
      const end = endOf(value);
      const of = (us: number | null) => (us === null ? null : logUs(us));
      return {
        title: run.label,
        xAxis: secondsAxis(end, colours),
        yAxis,
        series: [
          ...(limit === null ? [] : [boundLine(limitName(limit), logUs(limit), end, colours)]),
          line(
            "p50",
            colours.typical,
            value.slots.map(({ at, p50Us }) => [at, of(p50Us)]),
          ),
          line(
            "p99",
            colours.tail,
            value.slots.map(({ at, p99Us }) => [at, of(p99Us)]),
          ),
        ],
      };
    });
    const legend = [
      { name: "p50", colour: colours.typical },
      { name: "p99", colour: colours.tail },
      ...(limit === null ? [] : [{ name: limitName(limit), colour: colours.limit }]),
    ];
    return { ...panelsPlot(panels, { x: SECONDS, y: "latency" }, legend, colours), leftOut };
  },
};

/** How much went through while the run lasted. */
export const rateOverTime: Chart = {
  name: "rate-over-time",
  title: "Deliveries per second over time: due and received",
  reading:
    "Due is what was sent, times the members of a room. Where received stays below it, a backlog grows or " +
    "messages are lost; where it is above, a backlog is worked off. Where rooms vary, what was due is not known.",
  without: WITHOUT,
  plot(runs, look) {
    const { found, leftOut } = having(runs, ({ timeline }) => timeline);
    if (found.length === 0) return null;
    const { colours } = look;
    const panels = found.map(({ run, value }) => {
      const { slots } = value;
      const members = membersOf(run);
      const rate = (count: number, { seconds }: TimeSlot) => (count * run.sample) / seconds;
      const received = slots.map((slot): [number, number] => [slot.at, rate(slot.received, slot)]);
      const due = slots.map((slot): [number, number] => [slot.at, rate(slot.sent * (members ?? 0), slot)]);
      const most = largest([...received, ...(members === null ? [] : due)].map(([, rate]) => rate));
      return {
        title: run.label,
        remark: { text: remarkOf(run.sample, usualSent(value) * run.sample), colour: colours.soft },
        xAxis: secondsAxis(endOf(value), colours),
        yAxis: linearAxis(colours, niceEnd(most)),
        series: [
          {
            ...line("received", colours.typical, received),
            areaStyle: { color: colours.typical, opacity: 0.18 },
          },
          ...(members === null ? [] : [dashed(line("due", colours.tail, due))]),
        ],
      };
    });
    const legend = [
      { name: "due", colour: colours.tail },
      { name: "received", colour: colours.typical },
    ];
    return { ...panelsPlot(panels, { x: SECONDS, y: "deliveries per second" }, legend, colours), leftOut };
  },
};

function timelineWithLatencies({ timeline }: RunSummary): TimelineSummary | null {
  return timeline?.slots.some(({ p99Us }) => p99Us !== null) ? timeline : null;
}

function remarkOf(sample: number, sentRate: number): string {
  const estimate = sample === 1 ? "" : `, estimated from one in ${formatCount(sample)}`;
  return `${shortNumber(sentRate)} messages/s sent${estimate}`;
}

/** Deliveries that each message of the run was expected to have; `null` where that is not known, or not the same all the time. */
function membersOf({ expected, sent, meta }: RunSummary): number | null {
  if (meta?.rooms_vary) return null;
  return expected === null || sent === 0 ? null : expected / sent;
}

/** The rate in the middle of all slots in which something was sent. */
function usualSent({ slots }: TimelineSummary): number {
  const rates = slots
    .flatMap(({ sent, seconds }) => (sent > 0 ? [sent / seconds] : []))
    .sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)] ?? 0;
}

/** Seconds from the first slot to the last, or the length of the only one. */
function endOf({ slots, slotSeconds }: TimelineSummary): number {
  return Math.max(slotSeconds, slots.at(-1)!.at);
}

export function line(name: string, colour: string, data: Array<[number, number | null]>, width = 2) {
  return {
    type: "line" as const,
    name,
    ...{ silent: true, clip: false, emphasis: { disabled: true } },
    // A line needs two points: one alone would be invisible.
    showSymbol: data.length === 1,
    lineStyle: { color: colour, width },
    itemStyle: { color: colour },
    data,
  };
}

function dashed(series: ReturnType<typeof line>) {
  return { ...series, lineStyle: { ...series.lineStyle, type: "dashed" as const, width: 1.5 } };
}
