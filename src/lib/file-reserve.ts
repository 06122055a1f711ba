import { closeSync, openSync } from "node:fs";
import type { Clock } from "./clock.ts";
import { messageOf, systemCode } from "./errors.ts";
import type { LogFields, Logger } from "./log.ts";
import { maxOpenFiles } from "./open-files.ts";

/** Files for the admin port, for a Redis that is reached again, for keys that are read again. */
export const RESERVE = 16;
const LOOK_MS = 100;
/** Before newcomers are tried with again; doubled each time that this has not lasted. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const LASTING_MS = 60_000;

/** A port that can refuse newcomers at their knock, so that they cost no file. */
export interface PausablePort {
  pause(): void;
  /** Throws when the port cannot be taken again. */
  resume(): void;
}

export interface FileReserveParts {
  port: PausablePort;
  /** What the log says beside it: how many clients there are, as what else is open has not asked for anything yet. */
  figures?: () => LogFields;
  clock: Clock;
  log: Logger;
  /** For tests: where files come from. */
  files?: FileSource;
}

/**
 * Keeps a few files back. A process that has none left cannot take a connection, and is woken for it again and again: with
 * a core of its own it does nothing, and its admin port is deaf. So before that the port of the clients is closed and
 * the reserve is there for the others; the port is opened again when enough of those that came have left.
 */
export class FileReserve {
  private held: number[] = [];
  private readonly files: FileSource;
  private timer: Timer | null = null;
  private isShort = false;
  private shortSince = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private resumedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: FileReserveParts) {
    this.files = parts.files ?? nullDevices;
  }

  /** Why no clients are taken, or `null`. */
  get problem(): string | null {
    return this.isShort ? "there are no open files left for newcomers" : null;
  }

  start(): void {
    this.held = this.take(RESERVE) ?? [];
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.give(this.held);
  }

  /** Sees whether there is a file left, or whether there are enough again. */
  look(): void {
    if (this.isShort) this.recover();
    else if (!this.give(this.take(1))) this.shorten();
  }

  private shorten(): void {
    const { port, figures, clock, log } = this.parts;
    this.isShort = true;
    this.shortSince = clock.now();
    const hasLasted = this.shortSince - this.resumedAt > LASTING_MS;
    this.pauseMs = hasLasted ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
    port.pause();
    this.give(this.held);
    log.warn("open_files_short", {
      limit: maxOpenFiles(),
      ...figures?.(),
      retry_ms: this.pauseMs,
      advice:
        "more open files (ulimit -n, LimitNOFILE=), or fewer connections from one address in a firewall",
    });
  }

  private recover(): void {
    const { port, figures, clock, log } = this.parts;
    if (clock.now() - this.shortSince < this.pauseMs) return;
    const taken = this.take(2 * RESERVE);
    if (taken === null) return;
    this.give(taken.splice(RESERVE));
    try {
      port.resume();
    } catch (error) {
      this.give(taken);
      this.shortSince = clock.now();
      log.error("port_not_back", { error: messageOf(error), retry_ms: this.pauseMs });
      return;
    }
    this.held = taken;
    this.isShort = false;
    this.resumedAt = clock.now();
    const short_ms = Math.round(this.resumedAt - this.shortSince);
    log.info("open_files_enough", { ...figures?.(), short_ms });
  }

  /** So many files, or `null` and none. */
  private take(count: number): number[] | null {
    const taken: number[] = [];
    while (taken.length < count) {
      const file = this.files.open();
      if (file === null) {
        this.give(taken);
        return null;
      }
      taken.push(file);
    }
    return taken;
  }

  /** False when there are none to give. */
  private give(files: number[] | null): boolean {
    for (const file of files?.splice(0) ?? []) this.files.close(file);
    return files !== null;
  }
}

/** Files that nobody reads. */
export interface FileSource {
  /** `null`: none is left. */
  open(): number | null;
  close(file: number): void;
}

const nullDevices: FileSource = {
  open() {
    try {
      return openSync("/dev/null", "r");
    } catch (error) {
      if (["EMFILE", "ENFILE"].includes(systemCode(error) ?? "")) return null;
      throw error;
    }
  },
  close: closeSync,
};
