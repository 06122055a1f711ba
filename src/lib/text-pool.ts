/** Beyond this many, texts differ too much for it to pay; the pool then begins anew. */
const MOST_TEXTS = 1000;

/**
 * Equal texts as one object: what thousands of connections say alike, each in a text of its own, is kept in memory
 * only once.
 */
export class TextPool {
  private readonly texts = new Map<string, string>();

  of(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size === MOST_TEXTS) this.texts.clear();
    this.texts.set(text, text);
    return text;
  }
}
