import type { Broker } from "../broker/broker.ts";
import type { Logger } from "../lib/log.ts";
import type { TextPool } from "../lib/text-pool.ts";
import type { Authenticator } from "../protocol/grant.ts";
import type { Gate } from "./admission/gate.ts";
import type { PaceLimits } from "./admission/pace.ts";
import type { RefusalLog } from "./admission/refusal-log.ts";
import type { Instruments } from "./instruments.ts";
import type { Rooms } from "./rooms.ts";

/** What all sessions of a server share. */
export interface SessionContext extends Instruments {
  serverId: string;
  limits: { max_payload: number; history: number };
  broker: Broker;
  rooms: Rooms;
  gate: Gate;
  refusals: RefusalLog;
  /** `null`: a client may send as much as it likes. */
  pace: PaceLimits | null;
  /** `null`: nobody is asked for a token. */
  authenticator: Authenticator | null;
  /** For what many connections have in common. */
  texts: TextPool;
  log: Logger;
}
