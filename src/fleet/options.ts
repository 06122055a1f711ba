import type { TlsPem } from "../lib/http/tls-files.ts";
import type { ChildProgram } from "./child.ts";
import type { PolicyOptions } from "./policy/options.ts";

/** Everything a balancer can be told. Times in milliseconds. */
export interface BalanceOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** What the files of the public port's certificate hold; `null`: it speaks HTTP. */
  tls: TlsPem | null;
  adminHost: string;
  adminPort: number;
  /** Opens spawning and draining by hand; `null`: nobody may. */
  adminToken: string | null;
  policy: PolicyOptions;
  program: ChildProgram;
  /** Longest time that stopping may take. */
  drainTimeout: number;
}
