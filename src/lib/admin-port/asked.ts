/** Questions that another thread has not answered yet, by number. */
export class Asked<Value> {
  private readonly waiting = new Map<number, (value: Value) => void>();
  private last = 0;

  /** `send` sends the question under the number that the answer will have. */
  ask(send: (call: number) => void): Promise<Value> {
    const call = ++this.last;
    return new Promise((resolve) => {
      this.waiting.set(call, resolve);
      send(call);
    });
  }

  resolve(call: number, value: Value): void {
    this.waiting.get(call)?.(value);
    this.waiting.delete(call);
  }
}
