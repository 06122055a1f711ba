import type { Command } from "commander";
import { bashScript } from "./completion-bash.ts";
import { fishScript } from "./completion-fish.ts";
import { type CompletedProgram, describe } from "./completion-tree.ts";
import { zshScript } from "./completion-zsh.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const SCRIPTS: Record<Shell, (program: CompletedProgram) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** The completion script of a program, made of what its help shows. */
export function completionScript(shell: Shell, program: Command): string {
  return SCRIPTS[shell](describe(program));
}
