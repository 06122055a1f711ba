import { describe, expect, test } from "bun:test";
import { UsageError } from "../lib/errors.ts";
import { CliCommand } from "./command.ts";
import { FakeRuntime } from "./fake-runtime.ts";
import { wholeNumber } from "./parsers.ts";
import { listOf, within } from "./parsers-list.ts";

const NUMBER = wholeNumber("a number", 0, 9);

async function parsed(args: string[]): Promise<unknown> {
  let value: unknown;
  const command = new CliCommand("x", new FakeRuntime())
    .setting("--n <number>", "numbers", listOf(NUMBER))
    .runs<{ n?: number[] }>(async ({ n }) => {
      value = n;
      return 0;
    });
  await command.parseAsync(args, { from: "user" });
  return value;
}

describe("listOf", () => {
  test("collects what is given several times, and what stands between semicolons", async () => {
    expect(await parsed([])).toBeUndefined();
    expect(await parsed(["--n", "1"])).toEqual([1]);
    expect(await parsed(["--n", "1; 2", "--n", "3"])).toEqual([1, 2, 3]);
  });

  test("reads a variable, which the option replaces", async () => {
    process.env.SCALE_CHAT_N = "1;2"; // Commander reads it there.
    try {
      expect(await parsed([])).toEqual([1, 2]);
      expect(await parsed(["--n", "3"])).toEqual([3]);
    } finally {
      delete process.env.SCALE_CHAT_N;
    }
  });

  test("refuses an empty part as any other bad one", async () => {
    await expect(parsed(["--n", "1;"])).rejects.toThrow("'--n <number>'");
    await expect(parsed(["--n", "1;x"])).rejects.toThrow("Not a number: a whole number from 0 to 9");
  });
});

test("within another option, what a parser refuses is a mistake of usage, and a defect remains one", () => {
  expect(within(NUMBER)("7")).toBe(7);
  expect(() => within(NUMBER)("x")).toThrow(UsageError);
  const broken = within(() => {
    throw new TypeError("a defect");
  });
  expect(() => broken("x")).toThrow(TypeError);
});
