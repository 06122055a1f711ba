import type { RelayReply, RelayRequest } from "../../broker/relay/relay-frames.ts";
import type { FleetOrder, Introduction, ServerReport } from "../../protocol/fleet.ts";

/** What a child sends to the balancer that spawned it. */
export type ChildFrame =
  | { type: "relay"; batch: RelayRequest[] }
  /** It takes clients from now on. */
  | { type: "listening"; introduction: Introduction }
  | { type: "report"; report: ServerReport }
  /** It was told to stop: it waits to hear where its clients go. */
  | { type: "leaving" };

/** What the balancer sends to its child. */
export type ParentFrame =
  | { type: "relay"; batch: RelayReply[] }
  | { type: "order"; order: FleetOrder }
  /** The files of the certificate hold another one. */
  | { type: "renew_tls" };
