import type { Dialect } from "../protocol/dialect.ts";
import { keyOf, type MessageKey } from "./identity.ts";

/** What a frame holds, as far as a load test cares. */
export interface FrameContents {
  messages: MessageKey[];
  /** What the server complained of. */
  errors: string[];
}

const GENERATION = 1024;

/**
 * Decodes frames, each distinct one once: the same frame comes to every member of a room, and parsing it anew for
 * each of a thousand would measure this process instead of the server.
 */
export class FrameMemo {
  private young = new Map<string, FrameContents>();
  private old = new Map<string, FrameContents>();

  constructor(private readonly dialect: Dialect) {}

  read(frame: string): FrameContents {
    const known = this.young.get(frame) ?? this.old.get(frame);
    if (known !== undefined) return known;
    const contents = this.decode(frame);
    // What only one client gets (an acknowledgement) would only push out what many get.
    if (contents.messages.length > 0) this.remember(frame, contents);
    return contents;
  }

  private decode(frame: string): FrameContents {
    const events = this.dialect.decodeFromServer(frame);
    const messages = events
      .filter((event) => event.type === "message")
      .map(keyOf)
      .filter((key) => key !== null);
    const errors = events.filter((event) => event.type === "error").map(({ message }) => message);
    return { messages, errors };
  }

  private remember(frame: string, contents: FrameContents): void {
    if (this.young.size >= GENERATION) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(frame, contents);
  }
}
