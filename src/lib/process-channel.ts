/** The way to the process that started this one: ordered, and gone with that process. */
export interface ProcessChannel {
  send(frame: unknown): void;
  /** To be set before the event loop turns: what comes earlier is lost. */
  onFrame: (frame: never) => void;
  onLost: () => void;
  /** Until then the channel keeps this process alive. */
  close(): void;
}

/** This process's own channel, or `null` when whoever started it opened none. */
export function parentChannel(): ProcessChannel | null {
  if (process.send === undefined) return null;
  const channel: ProcessChannel = {
    send(frame) {
      // Once the other side is gone there is nobody to tell; `onLost` says so.
      if (process.connected) process.send!(frame);
    },
    onFrame() {},
    onLost() {},
    close() {
      if (process.connected) process.disconnect!();
    },
  };
  process.on("message", (frame) => channel.onFrame(frame as never));
  process.on("disconnect", () => channel.onLost());
  return channel;
}
