import type { TlsPem } from "../lib/http/tls-files.ts";
import type { AdmissionOptions } from "./admission/limits.ts";

/** Everything a server can be told. Sizes in bytes, times in milliseconds. */
export interface ServerOptions extends AdmissionOptions {
  /** What the server calls itself; `null`: a random name. */
  id: string | null;
  host: string;
  /** 0: any free port. */
  port: number;
  /** What the files of its certificate hold; `null`: no TLS. */
  tls: TlsPem | null;
  adminHost: string;
  adminPort: number;
  /** Messages kept per room. */
  history: number;
  /** Longest frame that a client may send. */
  maxPayload: number;
  /** Bytes that may wait for a client that does not read before it is closed. */
  backpressureLimit: number;
  /** Bytes that may wait for all clients together before the furthest behind are closed. */
  waitingLimit: number;
  /** The most that a message may wait for others to leave together with it. */
  batchWindow: number;
  /** Cores that this server may use, by its cgroup. */
  cores: number;
  /** A connection in which nothing moves, not even a ping, is closed after this long. */
  idleTimeout: number;
  /** Longest time that stopping may take. */
  drainTimeout: number;
  /** `ws://host:port` of a server over the same log, where clients are sent when this one stops; `null`: nowhere. */
  drainTo: string | null;
  /** The way of one in so many messages is logged; `null`: of none. */
  debugTrace: number | null;
}
