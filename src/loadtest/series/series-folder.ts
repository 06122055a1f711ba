import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, OperationError, UsageError } from "../../lib/errors.ts";
import type { SeriesRun } from "./series.ts";

const META_HEADER = "rooms,room_size,file\n";

/**
 * The directory of several load tests: a numbered file for each, and `meta.csv`, by which `report --meta` finds them;
 * it is kept as the tests go, so that a series that is killed can be reported on.
 */
export class SeriesFolder {
  private count = 0;

  /** Makes it. Throws `UsageError` when something is in it already, `OperationError` when it cannot be made. */
  constructor(readonly path: string) {
    try {
      if (existsSync(path) && readdirSync(path).length > 0) {
        throw new UsageError(`--out ${path}: the directory is not empty; name a new one`);
      }
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw error instanceof UsageError ? error : this.cannotWrite(path, error);
    }
    this.write("meta.csv", META_HEADER);
  }

  /** `rooms=1 room-size=10` is `01-rooms=1-room-size=10.csv`. */
  place(label: string): { file: string; path: string } {
    const number = String(++this.count).padStart(2, "0");
    const file = `${number}-${label.replaceAll(" ", "-")}.csv`;
    return { file, path: join(this.path, file) };
  }

  keep({ options: { rooms, roomSize }, file }: SeriesRun): void {
    this.attempt("meta.csv", (path) => appendFileSync(path, `${rooms},${roomSize},${file}\n`));
  }

  write(name: string, text: string): void {
    this.attempt(name, (path) => writeFileSync(path, text));
  }

  private attempt(name: string, action: (path: string) => void): void {
    const path = join(this.path, name);
    try {
      action(path);
    } catch (error) {
      throw this.cannotWrite(path, error);
    }
  }

  private cannotWrite(path: string, error: unknown): OperationError {
    return new OperationError(`Cannot write ${path}: ${messageOf(error)}`);
  }
}
