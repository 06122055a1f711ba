import type { LogOptions } from "../cli/logger.ts";
import type { AdmissionSettings } from "./admission.ts";
import type { AuthOptions } from "./auth.ts";
import type { DebugOptions } from "./debug.ts";
import type { LimitOptions } from "./limits.ts";
import type { PolicySettings } from "./policy.ts";
import type { StorageOptions } from "./storage.ts";
import type { TlsOptions } from "./tls.ts";

/** What `balance` is told; most of it is for the servers that it starts. */
export interface BalanceCommandOptions
  extends PolicySettings,
    StorageOptions,
    LimitOptions,
    AdmissionSettings,
    TlsOptions,
    AuthOptions,
    DebugOptions,
    LogOptions {
  host: string;
  port: number;
  adminHost: string;
  adminPort: number;
  advertiseHost?: string;
  adminTokenFile?: string;
  check: boolean;
}

/** Pages that may connect: a client is sent from one port of this machine to another. */
export const OWN_PAGES = "same-host";
