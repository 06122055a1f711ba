import { type DecodedFrame, decodeFrame } from "../../client/decoded-frame.ts";
import type { Dialect, ReceivedMessage, ServerEvent } from "../../protocol/dialect.ts";

/** What a frame of the dialects holds that only know messages, as far as a load test cares. */
export interface FrameContents {
  messages: readonly ReceivedMessage[];
  /** What the server complained of. */
  errors: string[];
}

const GENERATION = 1024;
/** A frame longer than two of it is known by so much of its beginning, by as much of its end, and by its length. */
const END = 128;
/** One in so many of those is compared whole: to read 16 KiB anew for each client costs more than to receive them. */
const COMPARED = 16;

/**
 * Understands frames, each distinct one once: the same frame comes to every member of a room, and parsing it anew for
 * each of a thousand would measure this process instead of the server.
 */
export class FrameMemo<T> {
  private young = new Map<string, Known<T>>();
  private old = new Map<string, Known<T>>();
  private uncompared = 0;

  /** What only one client gets (an acknowledgement) would only push out what many get: `isShared` tells them apart. */
  constructor(
    private readonly decode: (frame: string) => T,
    private readonly isShared: (contents: T) => boolean,
  ) {}

  read(frame: string): T {
    const head = frame.length > 2 * END ? frame.slice(0, END) : frame;
    const known = this.young.get(head) ?? this.old.get(head);
    if (known !== undefined && (head === frame || this.isSame(known, frame))) return known.contents;
    const contents = this.decode(frame);
    if (this.isShared(contents)) this.remember(head, { frame, tail: frame.slice(-END), contents });
    return contents;
  }

  /** Do two long frames that begin alike hold the same? The offsets of the messages at both ends say so. */
  private isSame(known: Known<T>, frame: string): boolean {
    if (frame.length !== known.frame.length) return false;
    if (++this.uncompared < COMPARED) return frame.endsWith(known.tail);
    this.uncompared = 0;
    return frame === known.frame;
  }

  private remember(head: string, known: Known<T>): void {
    if (this.young.size >= GENERATION) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(head, known);
  }
}

interface Known<T> {
  frame: string;
  tail: string;
  contents: T;
}

/** For the native dialect. */
export function memoOfFrames(): FrameMemo<DecodedFrame> {
  return new FrameMemo(decodeFrame, ({ events }) => events.some(({ type }) => type === "message"));
}

/** For the others. */

export function memoOfContents(dialect: Dialect): FrameMemo<FrameContents> {
  return new FrameMemo(
    (frame) => contentsOf(dialect.decodeFromServer(frame)),
    ({ messages }) => messages.length > 0,
  );
}

function contentsOf(events: readonly ServerEvent[]): FrameContents {
  return {
    messages: events.filter((event) => event.type === "message"),
    errors: events.filter((event) => event.type === "error").map(({ message }) => message),
  };
}
