/** Collects what is to be sent within one turn of the event loop, and sends it as one batch. */
export class Outgoing<Frame> {
  private batch: Frame[] = [];

  constructor(private readonly send: (batch: Frame[]) => void) {}

  add(frame: Frame): void {
    if (this.batch.push(frame) === 1) setImmediate(() => this.flush());
  }

  flush(): void {
    const { batch } = this;
    this.batch = [];
    if (batch.length > 0) this.send(batch);
  }
}
