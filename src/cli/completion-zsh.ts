import type { CompletedOption, CompletedProgram, Value } from "./completion-tree.ts";

/** Zsh: the commands by `_describe`, each command's options by `_arguments`, which shows descriptions. */
export function zshScript(program: CompletedProgram): string {
  const commands = program.commands.map(({ name, description }) => `    '${name}:${description}'`);
  const places = program.commands.map(({ name, options, argument }) => {
    const specs = [...options.map(optionSpec), `'*: :${action(argument)}'`];
    return `    ${name}) _arguments ${specs.join(" \\\n      ")} ;;`;
  });
  return `#compdef ${program.name}
# Completion of ${program.name} for zsh: source it after compinit, or save it as _${program.name} in a folder of $fpath.
_scale_chat() {
  local curcontext=$curcontext state line
  local -a commands
  commands=(
${commands.join("\n")}
  )
  _arguments -C ${program.options.map(optionSpec).join(" ")} '1: :->command' '*:: :->rest' && return
  if [[ $state == command ]]; then
    _describe command commands
    return
  fi
  case $line[1] in
${places.join("\n")}
  esac
}
# Loaded from $fpath it is called at once; sourced it only registers itself.
if [[ $funcstack[1] == _${program.name} ]]; then _scale_chat "$@"; else compdef _scale_chat ${program.name}; fi
`;
}

function optionSpec({ long, description, value }: CompletedOption): string {
  return value === undefined ? `'${long}[${description}]'` : `'${long}=[${description}]: :${action(value)}'`;
}

function action(value: Value | undefined): string {
  if (value?.kind === "file") return "_files";
  return value?.kind === "words" ? `(${value.words.join(" ")})` : " ";
}
