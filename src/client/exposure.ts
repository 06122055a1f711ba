/**
 * A token that came encrypted stays so: whoever is on the way to an unencrypted server reads it, and is its owner from
 * then on. Whether `from` itself is encrypted was its user's choice.
 */

/** Why a client that has a token does not go on from one address to the other, or `null`. */
export function exposure(from: string, to: string): string | null {
  if (!isEncrypted(from) || isEncrypted(to)) return null;
  return `${new URL(to).host} is not encrypted (ws://), and this client's token goes only where it stays so (wss://)`;
}

export function isEncrypted(url: string): boolean {
  return /^(wss|https):/i.test(url);
}
