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

/** A socket that speaks another protocol, and looks to a chat client as one that carries its frames as they are. */
export function translated(wordsAt: (url: string) => Words, open: OpenSocket): OpenSocket {
  return (url) => {
    const words = wordsAt(url);
    return new TranslatedSocket(words, open(words.url, []));
  };
}

class TranslatedSocket implements ClientSocket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;

  constructor(
    private readonly words: Words,
    private readonly socket: ClientSocket,
  ) {
    socket.onmessage = ({ data }: { data: string | Buffer }) => this.hear(data);
    socket.onclose = (event) => this.onclose?.(event);
    socket.onerror = (event) => this.onerror?.(event);
  }

  send(frame: string): void {
    this.socket.send(this.words.say(frame));
  }

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate?.();
  }

  private hear(data: string | Buffer): void {
    // The messages of a benchmark are ASCII, and this is the cheapest way to read bytes as text.
    const text = typeof data === "string" ? data : data.toString("latin1");
    const { frames, answer, isIn } = this.words.understand(text);
    if (answer !== null) this.socket.send(answer);
    if (isIn) this.onopen?.({} as never);
    for (const frame of frames) this.onmessage?.({ data: frame } as never);
  }
}
