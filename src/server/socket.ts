/** The part of a server's WebSocket that sessions use; Bun's `ServerWebSocket` has it. */
export interface Socket {
  send(frame: string): unknown;
  close(code: number, reason: string): void;
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
