import { dlopen } from "bun:ffi";

/** Larger than the kernel's `struct timex`. */
const TIMEX_BYTES = 256;
/** adjtimex(2): the clock is not synchronised. */
const TIME_ERROR = 5;

/** Whether something keeps this machine's clock right (NTP, or its host), as the kernel knows it; `null` where it cannot be asked. */
export function isClockSynchronised(): boolean | null {
  try {
    const { symbols, close } = dlopen("libc.so.6", { adjtimex: { args: ["ptr"], returns: "i32" } });
    // All zeros: it only asks.
    const state = symbols.adjtimex(new Uint8Array(TIMEX_BYTES));
    close();
    return state < 0 ? null : state !== TIME_ERROR;
  } catch {
    return null; // Not Linux, or without glibc.
  }
}
