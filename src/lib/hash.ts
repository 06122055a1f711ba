/** FNV-1a of the UTF-8 bytes, 32 bits: small, quick, the same everywhere; not against anyone with a purpose. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
