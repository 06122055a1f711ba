import { leanSockets } from "../../client/lean-socket.ts";
import type { OpenSocket } from "../../client/socket.ts";
import { RecentMap } from "../../lib/recent-map.ts";
import { type TextReader, utf8 } from "../../lib/websocket/text-reader.ts";

const GENERATION = 256;
/** Shorter than two of it, a text is made anew in less time than it is found. */
const END = 128;
/** One in so many of those that are found is compared whole: more would cost more than to make it anew. */
const COMPARED = 16;

interface SharedText {
  text: string;
  bytes: Buffer;
  /** The end of these. */
  tail: Buffer;
}

/**
 * The texts of long frames, each made once: the same frame comes to every member of a room, and to read 16 KiB for each of
 * a thousand would measure this process instead of the server. A frame is known by its beginning, where the offset of its
 * first message stands, its length, and its end, where the last one's `sent_at` and room stand: two batches that agree in
 * all of that hold the same messages. One in sixteen is compared whole all the same.
 */
export class SharedTexts implements TextReader {
  private readonly known = new RecentMap<SharedText>(GENERATION);
  private uncompared = 0;

  read(bytes: Buffer, start: number, end: number): string {
    if (end - start < 2 * END) return utf8.read(bytes, start, end);
    const head = bytes.toString("latin1", start, start + END);
    const known = this.find(head, end - start, bytes, end);
    if (known !== null && !this.isNextCompared()) return known.text;
    const whole = Buffer.from(bytes.subarray(start, end));
    return known?.bytes.equals(whole) ? known.text : this.remember(head, whole);
  }

  join(parts: readonly Buffer[]): string {
    const [first, last] = [parts.at(0), parts.at(-1)];
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (first === undefined || first.length < END || last === undefined || last.length < END) {
      return this.read(Buffer.concat(parts), 0, length);
    }
    const head = first.toString("latin1", 0, END);
    const known = this.find(head, length, last, last.length);
    if (known !== null && !this.isNextCompared()) return known.text;
    const whole = Buffer.concat(parts);
    return known?.bytes.equals(whole) ? known.text : this.remember(head, whole);
  }

  /** A text that begins and ends like one of `length` bytes of which the last ones stand in `bytes` before `end`. */
  private find(head: string, length: number, bytes: Buffer, end: number): SharedText | null {
    const known = this.known.get(head);
    if (known?.bytes.length !== length) return null;
    return bytes.compare(known.tail, 0, END, end - END, end) === 0 ? known : null;
  }

  private isNextCompared(): boolean {
    this.uncompared = (this.uncompared + 1) % COMPARED;
    return this.uncompared === 0;
  }

  private remember(head: string, bytes: Buffer): string {
    const text = bytes.toString();
    this.known.set(head, { text, bytes, tail: bytes.subarray(-END) });
    return text;
  }
}

/** Sockets for the clients of one process, which share what they hear. */
export function sharingSockets(): OpenSocket {
  return leanSockets(new SharedTexts());
}
