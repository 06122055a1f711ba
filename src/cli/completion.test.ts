import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Option } from "commander";
import { buildProgram } from "../commands/program.ts";
import { CliCommand } from "./command.ts";
import { completionScript, SHELLS, type Shell } from "./completion.ts";
import { execute } from "./execute.ts";
import { FakeRuntime } from "./fake-runtime.ts";
import { oneOf, port } from "./parsers.ts";

const folder = mkdtempSync(join(tmpdir(), "completion-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "run one.csv"), "");

/** A program with one of everything that can be completed. */
function program(): CliCommand {
  const root = new CliCommand("scale-chat", new FakeRuntime()).version("1");
  root
    .command("serve")
    .description("one server: it's `$HOME` [here]")
    .addOption(new Option("--port <number>", "where to listen").argParser(port))
    .addOption(new Option("--log-format <format>", "how").argParser(oneOf(["json", "text"])))
    .addOption(new Option("--data <file>", "where to keep"))
    .addOption(new Option("--quiet", "say less"))
    .addOption(new Option("--secret", "not shown").hideHelp());
  root.command("report").description("tables").argument("<files...>", "the results");
  return root;
}

/** Bash: fills in what readline would and prints what the function answers. */
async function bash(script: string, line: string): Promise<string[]> {
  // Readline splits at the equals sign too.
  const words = line.replaceAll("=", " = ").split(" ");
  const call = `${script}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_scale_chat
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return run(["bash", "--norc", "-c", call, "bash", ...words]);
}

/** Fish can be asked for the completions of a line. */
async function fish(script: string, line: string): Promise<string[]> {
  const answers = await run(["fish", "--no-config", "-c", `${script}\ncomplete -C "$argv"`, line]);
  return answers.map((answer) => answer.replace(/\t.*/, ""));
}

/** Zsh only completes for a person: a pseudo-terminal types the line and Tab, and lists what would be added. */
async function zsh(script: string, line: string): Promise<string[]> {
  writeFileSync(join(folder, "_script"), script);
  const driver = `
rm -f found
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1= ; autoload -U compinit && compinit -u -d ./zcompdump; source ./_script"
# Instead of showing them, compadd writes the matches between two marks.
zpty -w z 'compadd() { local -a found; if [[ \${@[(I)-[OAD]]} -gt 0 ]]; then builtin compadd "$@"; return; fi; builtin compadd -O found "$@"; print -rl -- "<\${^found[@]}>" >>found; builtin compadd "$@"; }'
zpty -w z 'done-marker() { print finished >>found }; zle -N done-marker; bindkey "^G" done-marker; print ready >found'
until [[ -s found ]]; do sleep 0.01; done
zpty -w -n z "$1"$'\\t'$'\\x07'
until [[ $(<found) == *finished* ]]; do sleep 0.01; done
zpty -d z
cat found`;
  const answers = await run(["zsh", "-f", "-c", driver, "zsh", line]);
  return answers.flatMap((answer) => /^<(.+)>$/.exec(answer)?.[1] ?? []);
}

async function run(command: string[]): Promise<string[]> {
  const child = Bun.spawn(command, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TERM: "dumb", LC_ALL: "C.UTF-8" },
    stdin: "ignore",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect(err).toBe("");
  return [...new Set(out.split("\n").filter((line) => line !== ""))].sort();
}

const ask: Record<Shell, typeof bash> = { bash, zsh, fish };

describe.each([...SHELLS])("%s", (shell) => {
  const complete = (line: string) => ask[shell](completionScript(shell, program()), `scale-chat ${line}`);
  const testHere = test.skipIf(Bun.which(shell) === null);

  testHere(`offers the commands (needs ${shell})`, async () => {
    expect(await complete("")).toEqual(["help", "report", "serve"]);
    expect(await complete("se")).toEqual(["serve"]);
  });

  testHere(`offers the long options of the command, hidden ones aside (needs ${shell})`, async () => {
    expect(await complete("serve --")).toEqual(["--data", "--help", "--log-format", "--port", "--quiet"]);
    expect(await complete("serve --quiet --p")).toEqual(["--port"]);
    expect(await complete("--v")).toEqual(["--version"]);
  });

  testHere(`offers the words an option takes (needs ${shell})`, async () => {
    expect(await complete("serve --log-format ")).toEqual(["json", "text"]);
    expect(await complete("serve --log-format j")).toEqual(["json"]);
    expect(await complete("help re")).toEqual(["report"]);
  });

  testHere(`offers files where a file stands, and only there (needs ${shell})`, async () => {
    expect((await complete("report ru")).map((name) => name.replaceAll("\\", ""))).toEqual(["run one.csv"]);
    expect((await complete("serve --data ru")).map((name) => name.replaceAll("\\", ""))).toEqual([
      "run one.csv",
    ]);
    expect(await complete("serve --port ru")).toEqual([]);
    expect(await complete("serve ru")).toEqual([]);
  });
});

test("bash completes --option=value too", async () => {
  expect(await bash(completionScript("bash", program()), "scale-chat serve --log-format=t")).toEqual([
    "text",
  ]);
});

describe("scale-chat completion", () => {
  test.each([...SHELLS])("prints the script of %s", async (shell) => {
    const runtime = new FakeRuntime();
    expect(await execute(buildProgram(runtime), ["completion", shell], runtime)).toBe(0);
    expect(runtime.written.stdout).toContain("loadtest");
    expect(runtime.written.stderr).toBe("");
  });

  test("names the three shells when asked for another", async () => {
    const runtime = new FakeRuntime();
    expect(await execute(buildProgram(runtime), ["completion", "tcsh"], runtime)).toBe(2);
    expect(runtime.written.stderr).toContain("Allowed: bash, zsh, fish.");
  });
});
