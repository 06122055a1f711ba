import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { UsageError } from "../lib/errors.ts";
import { sanitise } from "../lib/sanitise.ts";
import { parseMetaFile } from "./meta-file.ts";
import { namedError } from "./read/named-error.ts";

/** One run to report on. */
export interface Input {
  /** As it was named on the command line or in the meta file; `null` is the standard input. */
  path: string | null;
  /** Names the file in errors. */
  name: string;
  /** Names the run in the report: the file without its folder where that is enough to tell runs apart. */
  label: string;
  rooms: number | null;
  roomSize: number | null;
}

export interface InputOptions {
  /** Results files, and directories of sweeps. */
  files: readonly string[];
  /** Path of the meta file. */
  meta?: string | undefined;
  roomSize?: number | undefined;
}

/** Names the files of a sweep in its directory. */
export const SWEEP_META = "meta.csv";

/**
 * The runs to report on, in the order of the command line and then of the meta file; one that both name
 * comes once. Throws `UsageError` without any, `OperationError` for a meta file that cannot be used.
 */
export async function findInputs(options: InputOptions): Promise<Input[]> {
  const inputs = new Map<string, Input>();
  const add = async (meta: string) => {
    for (const { path, rooms, roomSize } of await readMeta(meta)) {
      const known = inputs.get(resolve(path));
      inputs.set(resolve(path), { ...(known ?? { path, name: path, label: path }), rooms, roomSize });
    }
  };
  for (const file of options.files) {
    const meta = join(file, SWEEP_META);
    if (file !== "-" && existsSync(meta)) {
      await add(meta);
      continue;
    }
    const key = file === "-" ? "-" : resolve(file);
    if (inputs.has(key)) throw new UsageError(`${sanitise(file)} is named twice; name each file once`);
    const path = file === "-" ? null : file;
    const name = path ?? "standard input";
    inputs.set(key, { path, name, label: name, rooms: null, roomSize: options.roomSize ?? null });
  }
  if (options.meta !== undefined) await add(options.meta);
  if (inputs.size === 0) {
    throw new UsageError("report: no files; name results files, - for the standard input, or --meta FILE");
  }
  return shortenLabels([...inputs.values()]);
}

async function readMeta(path: string) {
  try {
    return parseMetaFile(await readFile(path, "utf8"), path);
  } catch (error) {
    throw namedError(path, error);
  }
}

function shortenLabels(inputs: Input[]): Input[] {
  const times = new Map<string, number>();
  for (const { label } of inputs) times.set(basename(label), (times.get(basename(label)) ?? 0) + 1);
  return inputs.map((input) => {
    const short = basename(input.label);
    return { ...input, label: sanitise(times.get(short) === 1 ? short : input.label) };
  });
}
