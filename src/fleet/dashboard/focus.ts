/**
 * The one server that the reader looks at, on all charts at once: the one under the pointer, else the one that was
 * pinned with a click.
 */
export class Focus {
  private hovered: string | null = null;
  private pinned: string | null = null;
  private readonly listeners: Array<() => void> = [];

  get server(): string | null {
    return this.hovered ?? this.pinned;
  }

  get pin(): string | null {
    return this.pinned;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  hover(server: string | null): void {
    if (server === this.hovered) return;
    this.hovered = server;
    this.tell();
  }

  /** Pins a server; once more lets it go. */
  togglePin(server: string): void {
    this.pinned = this.pinned === server ? null : server;
    this.tell();
  }

  /** Servers that are gone are looked at by nobody. */
  keepOnly(servers: ReadonlySet<string>): void {
    const lost = (id: string | null) => id !== null && !servers.has(id);
    if (!lost(this.hovered) && !lost(this.pinned)) return;
    if (lost(this.hovered)) this.hovered = null;
    if (lost(this.pinned)) this.pinned = null;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
