import { type DecodedFrame, decodeFrame } from "../../client/decoded-frame.ts";
import { RecentMap } from "../../lib/recent-map.ts";
import type { Dialect, ReceivedMessage, ServerEvent } from "../../protocol/dialect.ts";

/** What a frame of the dialects holds that only know messages, as far as a load test cares. */
export interface FrameContents {
  messages: readonly ReceivedMessage[];
  /** What the server complained of. */
  errors: string[];
}

const GENERATION = 1024;

/**
 * Understands frames, each distinct one once: the same frame comes to every member of a room, and parsing it anew for
 * each of a thousand would measure this process instead of the server.
 */
export class FrameMemo<T> {
  private readonly known = new RecentMap<T>(GENERATION);

  /** What only one client gets (an acknowledgement) would only push out what many get: `isShared` tells them apart. */
  constructor(
    private readonly decode: (frame: string) => T,
    private readonly isShared: (contents: T) => boolean,
  ) {}

  read(frame: string): T {
    const known = this.known.get(frame);
    if (known !== undefined) return known;
    const contents = this.decode(frame);
    if (this.isShared(contents)) this.known.set(frame, contents);
    return contents;
  }
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
