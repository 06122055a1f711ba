import { drawTable } from "../table.ts";
import { type Check, overallVerdict } from "./check.ts";

/** The checks as a table, the lines that would help under it, and the verdict in one sentence about `whom`. */
export function showChecks(checks: readonly Check[], whom: string): string {
  const heads = ["", "found", "needed", "verdict"];
  const rows = checks.map(({ name, found, needed, verdict }) => [name, found, needed, verdict]);
  return `${[drawTable(heads, rows), ...fixes(checks), conclusion(checks, whom)].join("\n\n")}\n`;
}

/** What stands in the way first. */
function fixes(checks: readonly Check[]): string[] {
  const lines = (["unfit", "tight"] as const).flatMap((verdict) =>
    checks
      .filter((check) => check.verdict === verdict && check.fix !== null)
      .map(({ name, fix }) => `  ${name} (${verdict}):\n    ${fix}`),
  );
  return lines.length === 0 ? [] : [`What would help:\n${lines.join("\n")}`];
}

function conclusion(checks: readonly Check[], whom: string): string {
  const verdict = overallVerdict(checks);
  const names = checks.filter((check) => check.verdict === verdict).map(({ name }) => name);
  return verdict === "fit" ? `Fit for ${whom}.` : `${VERDICTS[verdict]} for ${whom}: ${names.join(", ")}.`;
}

const VERDICTS = { tight: "Tight", unfit: "Unfit" };
