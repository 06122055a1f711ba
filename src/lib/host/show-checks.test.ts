import { expect, test } from "bun:test";
import type { Check } from "./check.ts";
import { showChecks } from "./show-checks.ts";

const FIT: Check = { name: "cores", found: "2", needed: "1", verdict: "fit", fix: null };
const TIGHT: Check = { ...FIT, name: "clock", verdict: "tight", fix: "timedatectl set-ntp true" };
const UNFIT: Check = { ...FIT, name: "open files", verdict: "unfit", fix: "ulimit -n 1064" };

test("a table, what would help with the worst first, and a sentence", () => {
  const [table, help, sentence] = showChecks([FIT, TIGHT, UNFIT], "a server with 1 connection").split("\n\n");
  expect(table).toContain("│ open files │ 2     │ 1      │ unfit   │");
  expect(help?.split("\n")).toEqual([
    "What would help:",
    "  open files (unfit):",
    "    ulimit -n 1064",
    "  clock (tight):",
    "    timedatectl set-ntp true",
  ]);
  expect(sentence).toBe("Unfit for a server with 1 connection: open files.\n");
});

test("what is tight is named where nothing is worse; where all is fit there is nothing to help", () => {
  expect(showChecks([FIT, TIGHT], "it")).toEndWith("\n\nTight for it: clock.\n");
  const unknown: Check = { ...FIT, name: "ports", verdict: "unknown" };
  expect(showChecks([FIT, unknown], "it")).toEndWith("┘\n\nFit for it.\n");
});
