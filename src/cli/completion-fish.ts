import type { CompletedOption, CompletedProgram, Value } from "./completion-tree.ts";

/** Fish: one `complete` line for each thing that can be typed, with the condition under which it can. */
export function fishScript(program: CompletedProgram): string {
  const complete = `complete -c ${program.name}`;
  const atStart = `${complete} -n __fish_use_subcommand`;
  const lines = [
    `# Completion of ${program.name} for fish: save it in ~/.config/fish/completions.`,
    `${complete} -f`,
    ...program.options.map((option) => `${atStart} ${flag(option)}`),
    ...program.commands.map(({ name, description }) => `${atStart} -a ${name} -d '${description}'`),
    ...program.commands.flatMap(({ name, options, argument }) => {
      const after = `${complete} -n '__fish_seen_subcommand_from ${name}'`;
      const place =
        argument === undefined || argument.kind === "anything" ? [] : [`${after} ${offered(argument)}`];
      return [...options.map((option) => `${after} ${flag(option)}`), ...place];
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function flag({ long, description, value }: CompletedOption): string {
  const takes = value === undefined ? "" : value.kind === "file" ? " -r" : " -x";
  const values = value === undefined ? "" : ` ${offered(value)}`;
  return `-l ${long.slice(2)}${takes}${values.trimEnd()} -d '${description}'`;
}

function offered(value: Value): string {
  if (value.kind === "file") return "-F";
  return value.kind === "words" ? `-a '${value.words.join(" ")}'` : "";
}
