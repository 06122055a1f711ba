import { messageOf } from "./errors.ts";
import type { Logger } from "./log.ts";
import type { SendDatagram } from "./notify-socket.ts";
import { sanitise } from "./sanitise.ts";

/** Until the service is ready, it is asked this often whether it is. */
const READINESS_MS = 100;
const STATUS_MS = 10_000;
/** What a service needs beside its drain to end. */
const STOP_MARGIN_MS = 10_000;

/** What a service tells of itself. */
export interface ServiceView {
  /** Why it takes no clients, or `null`. */
  problem(): string | null;
  /** What it does at the moment, in a few words. */
  status(): string;
}

/**
 * Tells the service manager that started this process how it is: sd_notify(3), the protocol of systemd's `Type=notify`. With
 * no such manager (`send` is `null`) all of it does nothing. What does not arrive is logged once; it is never an error.
 */
export class ServiceManager {
  private timer: Timer | null = null;
  private isReady = false;
  private isDeaf = false;
  private told = "";

  constructor(
    private readonly send: SendDatagram | null,
    /** The manager ends a service that it does not hear of for so long; `null`: it does not. */
    private readonly watchdogMs: number | null,
    private readonly log: Logger,
  ) {}

  /** From now on: that the service is ready, as soon as it is; that its event loop turns; what it does. */
  watch(service: ServiceView): void {
    if (this.send === null) return;
    const beatMs = Math.min((this.watchdogMs ?? Number.POSITIVE_INFINITY) / 2, STATUS_MS);
    const turn = () => {
      this.beat(service);
      this.timer = setTimeout(turn, this.isReady ? beatMs : Math.min(READINESS_MS, beatMs));
    };
    turn();
  }

  /** The service ends, by an order or by itself, and takes at most `drainMs` for its clients. */
  stopping(drainMs: number): void {
    this.close();
    const withinUs = Math.round((drainMs + STOP_MARGIN_MS) * 1000);
    this.tell(["STOPPING=1", "STATUS=draining", `EXTEND_TIMEOUT_USEC=${withinUs}`]);
  }

  /** Says nothing more. */
  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private beat(service: ServiceView): void {
    const lines = this.news(service);
    // Also with a problem: being started anew would not bring a lost Redis back, and would lose the clients.
    if (this.watchdogMs !== null) lines.push("WATCHDOG=1");
    if (lines.length > 0) this.tell(lines);
  }

  /** What has changed since the last time. A service that fails to say how it is turns all the same. */
  private news(service: ServiceView): string[] {
    try {
      const problem = service.problem();
      const status = sanitise(problem === null ? service.status() : `takes no clients: ${problem}`);
      const lines = problem === null && !this.isReady ? ["READY=1"] : [];
      this.isReady ||= problem === null;
      if (status !== this.told) lines.push(`STATUS=${status}`);
      this.told = status;
      return lines;
    } catch (error) {
      this.log.error("unexpected", { error: messageOf(error) });
      return [];
    }
  }

  private tell(lines: readonly string[]): void {
    if (this.send === null || this.send(lines.join("\n")) || this.isDeaf) return;
    this.isDeaf = true;
    this.log.warn("service_manager_deaf", { said: lines[0]! });
  }
}

/** The variables by which a service manager is found; a service does not pass them on to processes of its own. */
export const SERVICE_MANAGER_VARIABLES = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"];

/** The manager that `env` names, if any. */
export async function openServiceManager(
  env: Record<string, string | undefined>,
  log: Logger,
): Promise<ServiceManager> {
  const address = env.NOTIFY_SOCKET;
  if (address === undefined || address === "") return new ServiceManager(null, null, log);
  const { openNotifySocket } = await import("./notify-socket.ts");
  const send = openNotifySocket(address);
  if (send === null) log.warn("service_manager_unreachable", { address });
  return new ServiceManager(send, watchdogMs(env), log);
}

/** The watchdog is for the process that `WATCHDOG_PID` names, or for whoever is asked where it names none. */
function watchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: Record<string, string | undefined>): number | null {
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(process.pid)) return null;
  return /^[1-9]\d{0,15}$/.test(WATCHDOG_USEC ?? "") ? Number(WATCHDOG_USEC) / 1000 : null;
}
