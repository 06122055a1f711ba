import type { DecisionEvent, FleetSeries, FleetStatus } from "../status.ts";

/** What the balancer tells, in order. */
export interface FeedListener {
  /** The whole past, at the beginning and after each time nothing came. */
  onSeries(status: FleetStatus, series: FleetSeries): void;
  onStatus(status: FleetStatus): void;
  onDecision(event: DecisionEvent): void;
  /** Nothing comes any more; `heardAt` is when something last did, `null` for never. */
  onLost(heardAt: number | null): void;
  onLive(): void;
}

/** A status comes each second: after that long without one the stream is dead, whatever the socket says. */
const SILENCE_MS = 5000;
const RETRY_MS = 3000;

/** The balancer's stream. It never gives up. */
export class Feed {
  private source: EventSource | null = null;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private heardAt: number | null = null;
  private isLive = false;

  constructor(private readonly listener: FeedListener) {}

  /** Loads the past, then listens. */
  async start(): Promise<void> {
    try {
      const [status, series] = await loadPast();
      this.heard();
      this.listener.onSeries(status, series);
      this.listen();
    } catch {
      this.restart();
    }
  }

  private listen(): void {
    const source = new EventSource("events");
    this.source = source;
    source.addEventListener("stats", (event: MessageEvent<string>) => {
      const wasLive = this.isLive;
      this.heard();
      this.listener.onStatus(JSON.parse(event.data) as FleetStatus);
      if (!wasLive) void this.fillGap();
    });
    source.addEventListener("decision", (event: MessageEvent<string>) => {
      this.listener.onDecision(JSON.parse(event.data) as DecisionEvent);
    });
    source.addEventListener("error", () => {
      // A cut connection the browser takes up again by itself; after an answer that is no stream it gives up.
      if (source.readyState === EventSource.CLOSED) this.restart();
      else this.lost();
    });
  }

  /** What came while nobody heard it is fetched from what the balancer remembers. */
  private async fillGap(): Promise<void> {
    try {
      this.listener.onSeries(...(await loadPast()));
    } catch {
      // The stream itself says when the balancer is away again.
    }
  }

  private restart(): void {
    this.lost();
    this.source?.close();
    this.source = null;
    setTimeout(() => void this.start(), RETRY_MS);
  }

  private heard(): void {
    this.heardAt = Date.now();
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.restart(), SILENCE_MS);
    if (this.isLive) return;
    this.isLive = true;
    this.listener.onLive();
  }

  private lost(): void {
    clearTimeout(this.silence);
    this.isLive = false;
    this.listener.onLost(this.heardAt);
  }
}

async function loadPast(): Promise<[status: FleetStatus, series: FleetSeries]> {
  const response = await fetch("stats?series=1");
  if (!response.ok) throw new Error(`/stats answered ${response.status}`);
  const { series, ...status } = (await response.json()) as FleetStatus & { series: FleetSeries };
  return [status, series];
}
