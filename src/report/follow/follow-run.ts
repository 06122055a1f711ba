import { setTimeout } from "node:timers/promises";
import { NOT_OVER } from "../../results/notes.ts";
import type { RunSummary } from "../../results/summary.ts";
import type { Input } from "../inputs.ts";
import { namedError } from "../read/named-error.ts";
import { type RunOnDisk, summarise } from "../read-run.ts";
import { render } from "../render/render.ts";
import { GrowingRun } from "./growing-run.ts";

/** How a file that grows is looked at. */
export interface Watch {
  /** Milliseconds from one look to the next. */
  every: number;
  /** Resolves when somebody has seen enough. */
  stop: Promise<unknown>;
  /** Shows a text in place of the one before; `null` where nobody watches. */
  draw: ((text: string) => void) | null;
}

/** Reads a growing file until its run is over, or until `stop`; answers as `readRun` does. Throws `OperationError`. */
export async function followRun(
  input: Input,
  percents: readonly number[],
  { every, stop, draw }: Watch,
  warmup?: number,
): Promise<RunOnDisk> {
  const stopping = new AbortController();
  stop.then(() => stopping.abort());
  let growing: GrowingRun | null = null;
  try {
    growing = new GrowingRun(input.path!, warmup);
    let isOver = await growing.advance();
    while (!isOver && !stopping.signal.aborted) {
      if (!growing.isEmpty) draw?.(page(growing.aggregate.close(input.label, input, percents)));
      await setTimeout(every, null, { signal: stopping.signal }).catch(() => {});
      isOver = await growing.advance();
    }
    const found = summarise(input, growing.aggregate, growing.finish(isOver), percents);
    return isOver ? found : { ...found, run: stillGoing(found.run) };
  } catch (error) {
    throw namedError(input.name, error);
  } finally {
    draw?.("");
    growing?.close();
  }
}

function page(run: RunSummary): string {
  const head = `${run.label} is still being written; what may be on its way is not lost. Ctrl-C ends.`;
  return `${head}\n\n${render([stillGoing(run)], "table")}`;
}

/** That the end is missing is no fault of this file. */
function stillGoing(run: RunSummary): RunSummary {
  const notes = run.notes.map((note) => (note === NOT_OVER ? "the run was still going on" : note));
  return { ...run, notes };
}
