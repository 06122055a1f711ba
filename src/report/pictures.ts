import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf, OperationError, systemCode, UsageError } from "../lib/errors.ts";
import { sanitise } from "../lib/sanitise.ts";
import type { RunSummary } from "../results/summary.ts";

/** What is drawn, besides what is printed. */
export interface PictureOptions {
  /** Path of the page. */
  html?: string;
  /** Folder of the charts. */
  svg?: string;
  /** Milliseconds: latencies above it are too long. */
  limit?: number;
}

/** Writes the pictures that were asked for. Throws `OperationError` where one cannot be written. */
export type WritePictures = (runs: readonly RunSummary[]) => Promise<void>;

/**
 * Makes the folders of the pictures and sees that they can be written, before the work that they show. `inputs` are
 * files that they must not replace. Throws `UsageError` and `OperationError`.
 */
export function preparePictures(options: PictureOptions, inputs: readonly string[]): WritePictures {
  const { html, svg, limit } = options;
  if (limit !== undefined && html === undefined && svg === undefined) {
    throw new UsageError("--limit is drawn in charts: ask for them with --html FILE or --svg DIR");
  }
  if (html !== undefined && inputs.some((input) => resolve(input) === resolve(html))) {
    throw new UsageError(`--html ${sanitise(html)} would replace the results; name another file`);
  }
  if (html !== undefined) writing(html, () => checkFile(html));
  if (svg !== undefined) writing(svg, () => checkFolder(svg));
  const limitUs = limit === undefined ? null : limit * 1000;
  // What draws is loaded when there is something to draw.
  return async (runs) => {
    if (html !== undefined) {
      const { renderPage } = await import("./render/html/page.ts");
      writing(html, () => writeFileSync(html, renderPage(runs, limitUs)));
    }
    if (svg !== undefined) {
      const { renderSvgs } = await import("./render/svg.ts");
      for (const [name, text] of renderSvgs(runs, limitUs)) {
        const path = join(svg, name);
        writing(path, () => writeFileSync(path, text));
      }
    }
  };
}

/** Opens it as it will be opened: what may be written is not always told by its permissions. */
function checkFile(path: string): void {
  const known = statSync(path, { throwIfNoEntry: false });
  if (known?.isDirectory()) throw new OperationError("it is a directory; allowed: a file");
  if (known === undefined) makeFolder(dirname(path));
  closeSync(openSync(path, "a"));
  if (known === undefined) rmSync(path);
}

function checkFolder(path: string): void {
  makeFolder(path);
  rmdirSync(mkdtempSync(join(path, ".charts-")));
}

function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new OperationError(`${sanitise(path)} is a file; allowed: a folder`);
  }
  mkdirSync(path, { recursive: true });
}

/** A defect of ours while drawing stays one; what the system refuses is told with its path. */
function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof OperationError) && systemCode(error) === undefined) throw error;
    throw new OperationError(`Cannot write ${sanitise(path)}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  switch (systemCode(error)) {
    case "ENOENT":
      return "nothing can be made there";
    case "ENOTDIR":
    case "EEXIST":
      return "a part of its path is a file";
    case "EACCES":
    case "EPERM":
      return "this user may not write there";
    default:
      return sanitise(messageOf(error));
  }
}
