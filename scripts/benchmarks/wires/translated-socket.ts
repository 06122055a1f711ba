import type { ClientSocket, OpenSocket } from "../../../src/client/socket.ts";

/** What came in one WebSocket frame, in the words of a chat client. */
export interface Understood {
  /** Chat frames, in order. */
  frames: readonly string[];
  /** Goes back at once. */
  answer: string | null;
  /** From now on the client is in its room. */
  isIn: boolean;
}

/** One client's side of another protocol over WebSockets. */
export interface Words {
  /** Where this protocol is spoken, for a chat at `ws://host:port/ws/{room}`. */
  url: string;
  understand(data: string): Understood;
  say(frame: string): string;
}

/** Kept, because in `on-wire.ts` translated sockets take its place. */
const NativeWebSocket = WebSocket;

/** A socket that speaks another protocol, and looks to a chat client as one that carries its frames as they are. */
export function translated(wordsAt: (url: string) => Words): OpenSocket {
  return (url) => new TranslatedSocket(wordsAt(url));
}

class TranslatedSocket implements ClientSocket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  private readonly socket: WebSocket;

  constructor(private readonly words: Words) {
    // Without compression, as the sockets of the load test.
    this.socket = new NativeWebSocket(words.url, { perMessageDeflate: false });
    this.socket.binaryType = "nodebuffer";
    this.socket.onmessage = ({ data }) => this.hear(data);
    this.socket.onclose = (event) => this.onclose?.(event as never);
    this.socket.onerror = (event) => this.onerror?.(event as never);
  }

  send(frame: string): void {
    this.socket.send(this.words.say(frame));
  }

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  private hear(data: unknown): void {
    // The messages of a benchmark are ASCII, and this is the cheapest way to read bytes as text.
    const text = typeof data === "string" ? data : (data as Buffer).toString("latin1");
    const { frames, answer, isIn } = this.words.understand(text);
    if (answer !== null) this.socket.send(answer);
    if (isIn) this.onopen?.({} as never);
    for (const frame of frames) this.onmessage?.({ data: frame } as never);
  }
}
