import type { JsonObject } from "../../lib/json.ts";
import type { Decode } from "./decode.ts";
import type { Channel } from "./remote-fleet.ts";

/** A channel of which a test hears what is said, and that says what a test wants heard. */
export class FakeChannel implements Channel {
  problem: string | null = null;
  readonly said: Array<[topic: string, frame: object]> = [];
  /** Who holds each lease. */
  readonly leases = new Map<string, string>();
  private readonly listeners = new Map<string, (frame: JsonObject) => void>();

  listen<Frame>(topic: string, decode: Decode<Frame>, listener: (frame: Frame) => void): void {
    this.listeners.set(topic, (value) => {
      const frame = decode(value);
      if (frame !== null) listener(frame);
    });
  }

  /** Somebody else says this. */
  hear(topic: string, frame: object): void {
    this.listeners.get(topic)!(frame as JsonObject);
  }

  say(topic: string, frame: object): void {
    this.said.push([topic, frame]);
  }

  async hold(lease: string, holder: string): Promise<boolean> {
    this.refuse();
    if ((this.leases.get(lease) ?? holder) !== holder) return false;
    this.leases.set(lease, holder);
    return true;
  }

  async isHeld(lease: string): Promise<boolean> {
    this.refuse();
    return this.leases.has(lease);
  }

  async release(lease: string, holder: string): Promise<void> {
    this.refuse();
    if (this.leases.get(lease) === holder) this.leases.delete(lease);
  }

  private refuse(): void {
    if (this.problem !== null) throw new Error(this.problem);
  }
}
