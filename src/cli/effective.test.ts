import { expect, test } from "bun:test";
import { CliCommand } from "./command.ts";
import { type EffectiveOption, showEffective } from "./effective.ts";
import { FakeRuntime } from "./fake-runtime.ts";
import { bytes, wholeNumber } from "./parsers.ts";
import { listOf } from "./parsers-list.ts";

async function effective(args: string[]): Promise<EffectiveOption[]> {
  let options: EffectiveOption[] = [];
  const command = new CliCommand("x", new FakeRuntime());
  command
    .setting("--size <size>", "a size", bytes(1, 2 ** 20), "64KiB")
    .setting("--n <number>", "numbers", listOf(wholeNumber("a number", 0, 9)))
    .option("--host <address>", "an address", "0.0.0.0")
    .setting(
      "--page <page>",
      "pages",
      listOf((text) => text),
    )
    .without("our own")
    .option("--fast", "a switch", false)
    .runs(async () => {
      options = command.effective();
      return 0;
    });
  await command.parseAsync(args, { from: "user" });
  return options;
}

test("what is in force, as it was written, and where it comes from", async () => {
  process.env.SCALE_CHAT_HOST = "127.0.0.1"; // Commander reads it there.
  try {
    expect(await effective(["--n", "1", "--n", "2;3", "--fast"])).toEqual([
      { flag: "--size", text: "64KiB", source: "default" },
      { flag: "--n", text: "1;2;3", source: "option" },
      { flag: "--host", text: "127.0.0.1", source: "variable" },
      { flag: "--page", text: "our own", source: "default" },
      { flag: "--fast", text: "true", source: "option" },
    ]);
    expect((await effective(["--size", "1MB"])).map(({ text }) => text)).toEqual([
      ...["1MB", "not set", "127.0.0.1", "our own", "false"],
    ]);
  } finally {
    delete process.env.SCALE_CHAT_HOST;
  }
});

test("passwords are not shown", () => {
  const option = (text: string): EffectiveOption => ({ flag: "--redis", text, source: "variable" });
  expect(showEffective([option("redis://ann:se@cret@10.0.0.5:6379")])).toBe(
    "--redis  redis://***@10.0.0.5:6379  (variable)\n",
  );
  expect(showEffective([option("ann:a://b@10.0.0.5:6379,10.0.0.6:6379")])).toBe(
    "--redis  ***@10.0.0.5:6379,10.0.0.6:6379  (variable)\n",
  );
  expect(showEffective([option("redis://10.0.0.5")])).toContain("redis://10.0.0.5");
});
