/** What Linux writes into the files of /proc and /sys, understood. All of it is pure. */

/** The text of a file of the system, or `""` when it is not there or may not be read. */
export type ReadText = (path: string) => string;

/** The whole numbers of a text, such as that of `net.ipv4.tcp_mem`. The kernel's largest ones mean: no limit. */
export function numbers(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(limit);
}

/** A size of `/proc/meminfo`, in bytes. */
export function field(text: string, name: string): number | null {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text);
  return match === null ? null : Number(match[1]) * 1024;
}

/** The limits of open files in the text of `/proc/self/limits`. */
export function openFiles(text: string): { soft: number; hard: number } | null {
  const match = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(text);
  return match === null ? null : { soft: limit(match[1]!), hard: limit(match[2]!) };
}

/** A number; infinity for a word (`unlimited`, `max`), and for the largest that the kernel can write, a page less or more. */
export function limit(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  return value >= 2 ** 62 ? Number.POSITIVE_INFINITY : value;
}
