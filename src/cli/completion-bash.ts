import type { CompletedProgram, Value } from "./completion-tree.ts";

/**
 * Bash: one function that finds the command already typed, then answers by what stands before the cursor.
 * It keeps to bash 3.2 (macOS) and needs no bash-completion package.
 */
export function bashScript(program: CompletedProgram): string {
  const names = program.commands.map((command) => command.name).join(" ");
  const all = [{ name: "", options: program.options }, ...program.commands];
  const values = all.flatMap(({ name, options }) =>
    options.flatMap(({ long, value }) =>
      value === undefined ? [] : [`    "${name} ${long}") ${answer(value)} ;;`],
    ),
  );
  const flags = all.map(({ name, options }) => {
    return `    "${name} "-*) words="${options.map((option) => option.long).join(" ")}" ;;`;
  });
  const places = program.commands.map(({ name, argument }) => `    "${name} "*) ${answer(argument)} ;;`);
  return `# Completion of ${program.name} for bash: source it, or put it into bash-completion's folder.
_scale_chat() {
  local IFS=$' \\t\\n' current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command= words= i
  # Bash takes --option=value apart at the equals sign.
  if [[ $current == = ]]; then current=; elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case " ${names} " in *" \${COMP_WORDS[i]} "*) command=\${COMP_WORDS[i]} && break ;; esac
  done
  COMPREPLY=()
  case "$command $before" in
${values.join("\n")}
    *) case "$command $current" in
${[...flags, `    " "*) words="${names}" ;;`, ...places].join("\n")}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_scale_chat_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _scale_chat ${program.name}
`;
}

function answer(value: Value | undefined): string {
  if (value?.kind === "file") return "_scale_chat_files; return";
  return value?.kind === "words" ? `words="${value.words.join(" ")}"` : "return";
}
