import type { Clock } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import type { Logger } from "../lib/log.ts";
import type { Key } from "./key.ts";
import { fingerprint, isExposed, readKeyFile } from "./key-file.ts";

/** How old what is known about the files may be. */
const FRESH_MS = 2000;

interface KeySource {
  file: string;
  fingerprint: string;
  keys: Key[];
}

/**
 * The keys of all key files. A file that changes is read again when its keys are needed, so keys are rotated without
 * a restart; while a changed file cannot be used, its keys of before stay.
 */
export class KeyRing {
  private readonly sources: KeySource[];
  private lookedAt: number;

  /** Throws `OperationError` for a file that cannot be used. */
  constructor(
    files: readonly string[],
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly onKept: () => void = () => {},
  ) {
    this.lookedAt = clock.now();
    this.sources = files.map((file) => this.read(file));
  }

  get keys(): Key[] {
    const now = this.clock.now();
    // The time of day may also be set back.
    if (Math.abs(now - this.lookedAt) >= FRESH_MS) {
      this.lookedAt = now;
      for (const source of this.sources) this.renew(source);
    }
    return this.sources.flatMap(({ keys }) => keys);
  }

  private renew(source: KeySource): void {
    const { file } = source;
    const seen = fingerprint(file);
    if (seen === source.fingerprint) return;
    // Also of a file that cannot be used: that is said once.
    source.fingerprint = seen;
    try {
      Object.assign(source, this.read(file));
      this.log.info("auth_keys_changed", { file, keys: source.keys.length });
    } catch (error) {
      this.onKept();
      this.log.error("auth_keys_kept", { file, error: messageOf(error) });
    }
  }

  private read(file: string): KeySource {
    // First: what is written while it is read is read again.
    const seen = fingerprint(file);
    const keys = readKeyFile(file);
    if (keys.some(({ signing }) => signing !== null) && isExposed(file)) {
      this.log.warn("auth_key_exposed", { file, advice: `others can read this secret: chmod 600 ${file}` });
    }
    return { file, fingerprint: seen, keys };
  }
}
