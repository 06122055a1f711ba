import { dirname, join } from "node:path/posix";

/** Which layers a layer may import, itself aside. Features do not import each other: what two share moves down. */
const allowed: Record<string, readonly string[]> = {
  lib: [],
  protocol: ["lib"],
  results: ["lib"],
  broker: ["lib", "protocol"],
  auth: ["lib", "protocol"],
  client: ["lib", "protocol"],
  server: ["lib", "protocol", "broker"],
  fleet: ["lib", "protocol", "broker"],
  terminal: ["lib", "protocol", "client"],
  loadtest: ["lib", "protocol", "client", "results"],
  report: ["lib", "results"],
  capacity: ["lib", "results"],
  cli: ["lib", "package.json"],
  commands: [
    ...["lib", "protocol", "results", "broker", "auth", "client", "cli"],
    ...["server", "fleet", "terminal", "loadtest", "report", "capacity"],
  ],
  "main.ts": ["lib", "cli", "commands"],
};

/** What a command loads only when it runs, so that `--help` and `--version` answer at once. */
const features = new Set(["auth", "server", "fleet", "terminal", "loadtest", "report", "capacity"]);

/** Repository paths (`src/lib/clock.ts`) and what the files hold. */
export type Sources = ReadonlyMap<string, string>;

export interface Problem {
  file: string;
  line: number;
  text: string;
}

export interface Import {
  line: number;
  specifier: string;
  /** `types` leaves no trace in the running program; `lazy` is `import("…")`, loaded when it is reached. */
  kind: "static" | "lazy" | "types";
}

/** Everything in `sources` that crosses a wall, file by file. */
export function checkImports(sources: Sources): Problem[] {
  const problems: Problem[] = [];
  const graph = new Map<string, Link[]>();
  for (const [file, text] of sources) {
    if (isTest(file)) continue;
    problems.push(...findExits(file, text));
    const links: Link[] = [];
    for (const found of findImports(text)) {
      if (!found.specifier.startsWith(".")) continue; // A package.
      const target = locate(join(dirname(file), found.specifier), sources);
      links.push({ target, line: found.line });
      const rule = brokenRule(file, target, found.kind);
      if (rule !== undefined) {
        problems.push({ file, line: found.line, text: `imports ${found.specifier}: ${rule}` });
      }
    }
    graph.set(file, links);
  }
  return [...problems, ...findCycles(graph)];
}

/**
 * The imports and re-exports of a source as Biome formats it: a statement begins its line, so the word in a
 * comment or inside a string is not taken for one.
 */
export function findImports(text: string): Import[] {
  const imports: Import[] = [];
  const statement =
    /^(?:import|export)\s+(type\s+(?!from\b))?(?:[\w$*{},\s]+?\s+from\s+)?["']([^"'\n]+)["']/gm;
  for (const match of text.matchAll(statement)) {
    const kind = match[1] === undefined ? "static" : "types";
    imports.push({ line: lineAt(text, match.index), specifier: match[2]!, kind });
  }
  for (const match of text.matchAll(/(?<!\.)\bimport\(\s*["'`]([^"'`]+)["'`]/g)) {
    if (isComment(text, match.index)) continue;
    imports.push({ line: lineAt(text, match.index), specifier: match[1]!, kind: "lazy" });
  }
  return imports.sort((a, b) => a.line - b.line);
}

function brokenRule(file: string, target: string, kind: Import["kind"]): string | undefined {
  if (isTest(target)) return "only tests import tests";
  const [from, to] = [layerOf(file), layerOf(target)];
  const mayImport = allowed[from];
  if (mayImport === undefined)
    return `${from} has no place in the layers; give it one in scripts/check-imports.ts`;
  if (from === "commands" && features.has(to) && kind === "static") {
    return `a command loads a feature when it runs: await import("…"), or import type`;
  }
  if (from === to || mayImport.includes(to)) return undefined;
  // The pages that a server or a fleet shows are clients themselves.
  if (to === "client" && /^src\/(server\/web|fleet\/dashboard)\//.test(file)) return undefined;
  return `${from} may import ${mayImport.join(", ") || "nothing of ours"}, not ${to}`;
}

/** `src/broker/memory.ts` is in `broker`; a file at the top of src is a layer of its own. */
function layerOf(file: string): string {
  return file.startsWith("src/") ? file.split("/")[1]! : file;
}

/** Tests, and what only they need: suites for every implementation, fakes, clients that look into a server. */
function isTest(file: string): boolean {
  return /\.(test|contract)\.tsx?$|\/(test|fake)-[^/]*\.tsx?$/.test(file) || file.startsWith("src/e2e/");
}

/** The file that an import without its ending means. */
function locate(path: string, sources: Sources): string {
  const endings = ["", ".ts", ".tsx", "/index.ts"];
  return endings.map((ending) => path + ending).find((candidate) => sources.has(candidate)) ?? path;
}

function findExits(file: string, text: string): Problem[] {
  if (file === "src/main.ts") return [];
  return [...text.matchAll(/\bprocess\.exit\(/g)]
    .filter((match) => !isComment(text, match.index))
    .map((match) => ({
      file,
      line: lineAt(text, match.index),
      text: "calls process.exit: only src/main.ts ends the process",
    }));
}

interface Link {
  target: string;
  line: number;
}

/** One problem for each import that closes a circle, found by walking depth first. */
function findCycles(graph: ReadonlyMap<string, readonly Link[]>): Problem[] {
  const problems: Problem[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const walk = (file: string): void => {
    path.push(file);
    for (const { target, line } of graph.get(file) ?? []) {
      const start = path.indexOf(target);
      if (start >= 0) {
        const circle = [...path.slice(start), target].join(" -> ");
        problems.push({ file, line, text: `closes a circle of imports: ${circle}` });
      } else if (!finished.has(target)) {
        walk(target);
      }
    }
    path.pop();
    finished.add(file);
  };
  for (const file of graph.keys()) if (!finished.has(file)) walk(file);
  return problems;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function isComment(text: string, index: number): boolean {
  const before = text.slice(text.lastIndexOf("\n", index - 1) + 1, index);
  return /^\s*(\*|\/\*)|\/\//.test(before);
}

async function readSources(root: string): Promise<Sources> {
  const sources = new Map<string, string>();
  const paths = await Array.fromAsync(new Bun.Glob("src/**/*.{ts,tsx}").scan({ cwd: root }));
  for (const path of paths.sort()) sources.set(path, await Bun.file(join(root, path)).text());
  return sources;
}

if (import.meta.main) {
  const problems = checkImports(await readSources(join(import.meta.dir, "..")));
  for (const { file, line, text } of problems) console.error(`${file}:${line}: ${text}`);
  if (problems.length > 0) process.exitCode = 1;
}
