import { statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../lib/errors.ts";
import { findInputs, type Input, type InputOptions, SWEEP_META } from "../inputs.ts";

/**
 * The runs to compare with: results files, or the directory of a sweep. Throws `UsageError` and `OperationError`, as
 * those of the report itself do.
 */
export function findBaseline(paths: readonly string[], { roomSize }: InputOptions): Promise<Input[]> {
  const folders = paths.filter(isFolder);
  if (folders.length > 1) throw new UsageError("--baseline: several directories; name one, or files");
  if (paths.includes("-"))
    throw new UsageError("--baseline is a file or the directory of a sweep, by its name");
  const files = paths.filter((path) => !isFolder(path));
  const meta = folders[0] === undefined ? undefined : join(folders[0], SWEEP_META);
  return findInputs({ files, meta, roomSize });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
