/** Signs a token by which the client of that name may enter that room, and no other. */
export type SignToken = (name: string, room: string) => Promise<string>;

/** The tokens of the clients, by their names. */
export class Tokens {
  private readonly byName = new Map<string, string>();

  /** `sign` is left out where the server wants no tokens. */
  constructor(private readonly sign: SignToken | undefined) {}

  of(name: string): string | null {
    return this.byName.get(name) ?? null;
  }

  async prepare(name: string, room: string): Promise<void> {
    if (this.sign !== undefined && !this.byName.has(name)) this.byName.set(name, await this.sign(name, room));
  }

  forget(name: string): void {
    this.byName.delete(name);
  }
}
