/**
 * Rendezvous hashing (Thaler, Ravishankar 1998): a room prefers the server with the highest score for it, so a server
 * that comes or goes changes the preference of its own share of rooms only. Both arguments are `hash32` of a name.
 */
export function rendezvousScore(room: number, server: number): number {
  return mix((mix(room) + Math.imul(server, 0x9e3779b1)) >>> 0);
}

/** Spreads every bit over all others (Chris Wellons, "lowbias32"): names that differ in one letter are FNV's weak side. */
function mix(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
