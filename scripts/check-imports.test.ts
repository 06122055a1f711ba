import { describe, expect, test } from "bun:test";
import { checkImports, findImports } from "./check-imports.ts";

/** The problems of one importing file, whose import exists. */
function problemsOf(file: string, text: string): string[] {
  return checkImports(new Map([[file, text]])).map((problem) => `${problem.line}: ${problem.text}`);
}

describe("findImports", () => {
  test("sees every form of an import", () => {
    const text = [
      'import one from "./one.ts";',
      'import { two, type Two } from "./two.ts";',
      'import type { Three } from "./three.ts";',
      "import {",
      "  four,",
      "  alsoFour,",
      '} from "./four.ts";',
      'import * as five from "./five.ts";',
      'import "./six.css";',
      'export { seven } from "./seven.ts";',
      'export * from "./eight.ts";',
      'export type { Nine } from "./nine.ts";',
      'const ten = await import("./ten.ts");',
      "const eleven = await import(",
      '  "./eleven.ts"',
      ");",
      'import page from "./twelve.html" with { type: "text" };',
      'import type from "./thirteen.ts";',
    ].join("\n");
    expect(findImports(text).map((found) => `${found.line} ${found.kind} ${found.specifier}`)).toEqual([
      "1 static ./one.ts",
      "2 static ./two.ts",
      "3 types ./three.ts",
      "4 static ./four.ts",
      "8 static ./five.ts",
      "9 static ./six.css",
      "10 static ./seven.ts",
      "11 static ./eight.ts",
      "12 types ./nine.ts",
      "13 lazy ./ten.ts",
      "14 lazy ./eleven.ts",
      "17 static ./twelve.html",
      "18 static ./thirteen.ts",
    ]);
  });

  test("is not fooled by comments, strings and other exports", () => {
    const text = [
      '// import { a } from "./a.ts";',
      ' * import("./b.ts")',
      'const text = "import { c } from";',
      "export const words = [",
      '  "from", "./d.ts",',
      "];",
      "export interface From {",
      '  from: "./e.ts";',
      "}",
      "importer.import('./f.ts');",
    ].join("\n");
    expect(findImports(text)).toEqual([]);
  });
});

describe("the walls", () => {
  const fine: Array<[string, string]> = [
    ["src/broker/memory.ts", 'import type { Message } from "../protocol/message.ts";'],
    ["src/server/room.ts", 'import { Session } from "./session.ts";'],
    ["src/server/web/page.ts", 'import { connect } from "../../client/connection.ts";'],
    ["src/fleet/dashboard/page.ts", 'import { connect } from "../../client/connection.ts";'],
    ["src/commands/serve.ts", 'const { serve } = await import("../server/serve.ts");'],
    ["src/commands/serve.ts", 'import type { Options } from "../server/serve.ts";'],
    ["src/commands/serve.ts", 'import { port } from "../cli/parsers.ts";'],
    ["src/cli/version.ts", 'import manifest from "../../package.json" with { type: "json" };'],
    ["src/commands/program.ts", 'import { serveCommand } from "./serve.ts";'],
    ["src/main.ts", 'import { buildProgram } from "./commands/program.ts"; process.exit(1);'],
    ["src/lib/clock.test.ts", 'import { room } from "../server/room.ts"; process.exit(1);'],
    ["src/broker/broker.contract.ts", 'import { room } from "../server/room.ts";'],
    ["src/server/test-client.ts", 'import { join } from "../client/connection.ts";'],
    ["src/cli/fake-runtime.ts", 'import { room } from "../server/room.ts";'],
    ["src/server/room.test.ts", 'import { join } from "./test-client.ts";'],
    ["src/lib/log.ts", "// Unlike process.exit(1) this waits."],
    ["src/lib/log.ts", 'import { Command } from "commander";'],
  ];
  test.each(fine)("%s: %s", (file, text) => {
    expect(problemsOf(file, text)).toEqual([]);
  });

  test("an import upwards names the line, the import and the rule", () => {
    expect(problemsOf("src/lib/log.ts", '\nimport { x } from "../protocol/x.ts";')).toEqual([
      "2: imports ../protocol/x.ts: lib may import nothing of ours, not protocol",
    ]);
  });

  const crossed: Array<[string, string, string]> = [
    ["src/server/room.ts", 'import { x } from "../fleet/x.ts";', "not fleet"],
    ["src/server/room.ts", 'import { x } from "../client/x.ts";', "not client"],
    ["src/report/read.ts", 'import type { X } from "../loadtest/x.ts";', "not loadtest"],
    ["src/terminal/view.ts", 'const x = import("../results/x.ts");', "not results"],
    ["src/cli/parsers.ts", 'import { x } from "../commands/x.ts";', "not commands"],
    ["src/commands/chat.ts", 'import { x } from "../main.ts";', "not main.ts"],
    ["src/commands/chat.ts", 'import { x } from "../terminal/x.ts";', "when it runs"],
    ["src/lib/log.ts", 'import { x } from "./log.test.ts";', "only tests import tests"],
    ["src/lib/log.ts", 'import { x } from "../e2e/x.ts";', "only tests import tests"],
    ["src/server/room.ts", 'import { join } from "./test-client.ts";', "only tests import tests"],
    ["src/commands/serve.ts", 'import { x } from "../cli/fake-runtime.ts";', "only tests import tests"],
    ["src/broker/broker.ts", 'import { x } from "./broker.contract.ts";', "only tests import tests"],
    ["src/server/fake/x.ts", 'import { x } from "../../client/x.ts";', "not client"],
    ["src/loadtest/latest-run.ts", 'import { x } from "../server/x.ts";', "not server"],
    ["src/misc/x.ts", 'import { x } from "../lib/x.ts";', "no place in the layers"],
    ["src/server/room.ts", 'import x from "../../package.json";', "not package.json"],
    ["src/server/room.ts", "if (bad) process.exit(1);", "only src/main.ts ends the process"],
  ];
  test.each(crossed)("%s must not: %s", (file, text, rule) => {
    const problems = problemsOf(file, text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(rule);
  });

  test("a circle of imports is told once, with its way round", () => {
    const sources = new Map([
      ["src/lib/a.ts", 'import { b } from "./b";'],
      ["src/lib/b.ts", 'import { c } from "./c.ts";'],
      ["src/lib/c.ts", '\nimport type { A } from "./a.ts";'],
    ]);
    expect(checkImports(sources)).toEqual([
      {
        file: "src/lib/c.ts",
        line: 2,
        text: "closes a circle of imports: src/lib/a.ts -> src/lib/b.ts -> src/lib/c.ts -> src/lib/a.ts",
      },
    ]);
  });
});
