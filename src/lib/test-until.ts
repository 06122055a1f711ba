/** Long enough for a busy machine: a test that waits this long has failed. */
export const DEADLINE_MS = 20_000;

/**
 * Waits until `condition` gives something other than false, null or undefined, and gives that back. Throws after
 * the deadline, and says what it waited for. For tests of what cannot be awaited.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  what: string,
  deadlineMs = DEADLINE_MS,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) {
      return value as NonNullable<Exclude<T, false>>;
    }
    if (performance.now() > deadline) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await Bun.sleep(2);
  }
}
