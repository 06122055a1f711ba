const SLICE_MS = 10;
const SLICES = 15;
const BLOCK = new Uint8Array(16_384).map((_, i) => (i * 31) & 255);
/** Megabytes a second on the machine of docs/benchmarks.md. */
const REFERENCE = 89;
/** Kept, so that the work cannot be left out. */
let checksum = 0;

/**
 * How fast one core is, against the machine of docs/benchmarks.md (1: alike). The best of a few short slices, since
 * others may share the core, and the first ones compile it. Takes 150 ms.
 */
export function measureSpeed(): number {
  let best = 0;
  for (let slice = 0; slice < SLICES; slice++) best = Math.max(best, hashedPerSecond());
  return best / REFERENCE;
}

/** Megabytes a second that this core hashes (FNV-1a): arithmetic out of the nearest cache, nothing that waits. */
function hashedPerSecond(): number {
  const start = performance.now();
  let blocks = 0;
  let passed = 0;
  do {
    for (const byte of BLOCK) checksum = Math.imul(checksum ^ byte, 0x01000193);
    blocks++;
    passed = performance.now() - start;
  } while (passed < SLICE_MS);
  return (blocks * BLOCK.length) / 1000 / passed;
}
