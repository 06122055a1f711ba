import type { RunningContestant } from "./contestants.ts";
import { StalledReader } from "./stalled-reader.ts";

/** How often it is looked who was closed. */
const LOOK_MS = 100;

/** The readers of a room that stop reading all at once, and come back whenever the server closes them. */
export class Stalls {
  private readers: StalledReader[] = [];
  private timer: Timer | null = null;

  constructor(
    private readonly server: RunningContestant,
    private readonly path: string,
  ) {}

  /** So many come into the room, and read. */
  async bringIn(count: number): Promise<void> {
    while (this.readers.length < count) this.readers.push(await this.connect());
  }

  /** They stop reading; whoever is closed as too slow is replaced by one that stops at once. */
  begin(): void {
    for (const reader of this.readers) reader.stall();
    this.timer = setInterval(() => this.replaceClosed(), LOOK_MS);
  }

  /** Nobody comes back any more, and everyone leaves without a word. */
  end(): void {
    if (this.timer !== null) clearInterval(this.timer);
    for (const reader of this.readers) reader.terminate();
    this.readers = [];
  }

  private replaceClosed(): void {
    // The close itself never reaches a client that does not read: the server's log tells.
    for (const name of this.server.takeSlow()) {
      const place = this.readers.findIndex(({ connection }) => connection === name);
      if (place >= 0) void this.replace(place);
    }
  }

  private async replace(place: number): Promise<void> {
    this.readers[place]!.terminate();
    const reader = await this.connect();
    if (this.readers.length === 0) {
      reader.terminate();
      return;
    }
    reader.stall();
    this.readers[place] = reader;
  }

  private connect(): Promise<StalledReader> {
    return StalledReader.connect(this.server.port, this.path, this.server.greeting);
  }
}
