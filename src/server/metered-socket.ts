import type { Counters } from "./counters.ts";
import type { Socket } from "./socket.ts";

/** A socket that counts what is sent to this client alone; what a whole room gets never comes by here. */
export class MeteredSocket implements Socket {
  constructor(
    private readonly socket: Socket,
    private readonly counters: Counters,
  ) {}

  send(frame: string): void {
    this.counters.directWrites++;
    this.counters.bytes.out += Buffer.byteLength(frame);
    this.socket.send(frame);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  subscribe(topic: string): void {
    this.socket.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    this.socket.unsubscribe(topic);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  getBufferedAmount(): number {
    return this.socket.getBufferedAmount();
  }
}
