/** Servers report once a second: after so long one is better given nobody … */
const SILENT_MS = 4000;

/** … and after so long its process hangs. */
export const HUNG_MS = 15_000;

/** Whether a server that was heard then gets nobody until it tells of itself. */
export function isSilent(heardAt: number, now: number): boolean {
  return now - heardAt > SILENT_MS;
}

/** Whether a child that was heard then is to be killed. */
export function isHung(heardAt: number, now: number): boolean {
  return now - heardAt > HUNG_MS;
}
