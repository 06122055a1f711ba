import type { PresenceFrame } from "../protocol/frames.ts";
import { MAX_NAMED_MEMBERS } from "../protocol/limits.ts";
import { encodeServerFrame } from "../protocol/native.ts";
import type { PublishToTopic } from "./socket.ts";

/** Joins and leaves come in bursts; a room tells of them at most this often. */
const QUIET_MS = 1000;

/** Tells the members of one room how many they are, and, in small rooms, who. */
export class Presence {
  /** Members that are told, by what they are told. */
  readonly watchers = { counts: 0, names: 0 };
  private timer: Timer | null = null;
  private changed = false;

  constructor(
    private readonly topics: { counts: string; names: string },
    private readonly publish: PublishToTopic,
    private readonly members: ReadonlySet<{ readonly name: string }>,
  ) {}

  /** The room as it is now; with names when they are wanted and the room is small. */
  frame(withNames: boolean): string {
    const { size } = this.members;
    const frame: PresenceFrame = { type: "presence", members: size };
    if (withNames && size <= MAX_NAMED_MEMBERS) {
      frame.names = [...this.members].map((member) => member.name).sort();
    }
    return encodeServerFrame(frame);
  }

  /** Someone came or went: told at once, unless something was told within the last second. */
  change(): void {
    this.changed = true;
    if (this.timer === null) this.tell();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private tell(): void {
    this.timer = null;
    if (!this.changed) return;
    this.changed = false;
    const { counts, names } = this.watchers;
    if (counts + names === 0) return;
    if (counts > 0) this.publish(this.topics.counts, this.frame(false));
    if (names > 0) this.publish(this.topics.names, this.frame(true));
    this.timer = setTimeout(() => this.tell(), QUIET_MS);
  }
}
