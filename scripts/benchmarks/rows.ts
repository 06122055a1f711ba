import type { Row } from "./row.ts";
import { broadcast, connects } from "./rows/crowd.ts";
import { nativeRoom, plainRoom } from "./rows/hot-room.ts";
import { startUp } from "./rows/start-up.ts";

const ROWS: readonly Row[] = [nativeRoom, plainRoom, connects, broadcast, startUp];

/** The rows that a list such as `P1,P4` names; all without one. Throws when it names one that there is not. */
export function chosen(list: string | undefined): Row[] {
  if (list === undefined) return [...ROWS];
  return list.split(",").map((name) => {
    const row = ROWS.find(({ id }) => id.toLowerCase() === name.trim().toLowerCase());
    if (row === undefined)
      throw new Error(`--only ${name}: not a row; there are ${ROWS.map(({ id }) => id).join(", ")}`);
    return row;
  });
}
