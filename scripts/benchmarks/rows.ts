import type { Row } from "./row.ts";
import { broadcast, connects, held } from "./rows/crowd.ts";
import { nativeRoom, plainRoom } from "./rows/hot-room.ts";
import { quarterCore } from "./rows/quarter-core.ts";
import { reportOnFile } from "./rows/report.ts";
import { startUp } from "./rows/start-up.ts";
import { twoServers } from "./rows/two-servers.ts";

export const ROWS: readonly Row[] = [
  ...[nativeRoom, plainRoom, held, connects, broadcast],
  ...[quarterCore, twoServers, reportOnFile, startUp],
];
