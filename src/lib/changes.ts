/** Something that changes now and then, and that others wait for to be in a certain state. */
export class Changes {
  private next = Promise.withResolvers<void>();

  /** Tells those who wait to look again. */
  notify(): void {
    const { resolve } = this.next;
    this.next = Promise.withResolvers();
    resolve();
  }

  /** Resolves with true once `holds` does, or with false when `timeoutMs` have passed before that. */
  async until(holds: () => boolean, timeoutMs?: number): Promise<boolean> {
    let late = false;
    const expire = () => {
      late = true;
      this.notify();
    };
    const timer = timeoutMs === undefined ? null : setTimeout(expire, timeoutMs);
    while (!holds() && !late) await this.next.promise;
    if (timer !== null) clearTimeout(timer);
    return holds();
  }
}
