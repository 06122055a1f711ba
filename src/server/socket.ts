/** The part of a server's WebSocket that sessions use; Bun's `ServerWebSocket` has it. */
export interface Socket {
  send(frame: string): unknown;
  /** Ends politely: what waits goes out first, and stays in memory until the other side takes it, or is silent for long. */
  close(code: number, reason: string): void;
  /** Ends at once; what waits is dropped. */
  terminate(): void;
  subscribe(topic: string): unknown;
  unsubscribe(topic: string): unknown;
  /** Stops reading; frames that were already read may still arrive. */
  pause(): void;
  resume(): void;
  /** Bytes that were sent but not yet taken by the network. */
  getBufferedAmount(): number;
}

/** Sends a frame to every socket that subscribed to `topic`. */
export type PublishToTopic = (topic: string, frame: string) => void;

/** How rooms reach their members. */
export interface FanOut {
  /** To be called before that many bytes, of all members together, are published. */
  prepare(bytes: number): void;
  publish: PublishToTopic;
}
