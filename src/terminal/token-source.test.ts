import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tokenSource } from "./token-source.ts";

const folder = mkdtempSync(join(tmpdir(), "scale-chat-token-"));
const file = join(folder, "token");
afterAll(() => rmSync(folder, { recursive: true }));

test("a token file is read anew each time, and its last token stays while there is none in it", () => {
  writeFileSync(file, "a.b.c\n");
  const token = tokenSource(file, { SCALE_CHAT_TOKEN: "x.y.z" })!;
  expect(token()).toBe("a.b.c");
  writeFileSync(file, "d.e.f");
  expect(token()).toBe("d.e.f");
  writeFileSync(file, "");
  expect(token()).toBe("d.e.f");
  rmSync(file);
  expect(token()).toBe("d.e.f");
  expect(() => tokenSource(file, {})).toThrow(`Cannot read the token from ${file}: there is no such file`);
});

test("without a file the variable holds it, or there is none", () => {
  expect(tokenSource(undefined, { SCALE_CHAT_TOKEN: " a.b.c\n" })!()).toBe("a.b.c");
  for (const env of [{}, { SCALE_CHAT_TOKEN: "" }]) expect(tokenSource(undefined, env)).toBeNull();
  const bad = () => tokenSource(undefined, { SCALE_CHAT_TOKEN: "sesame" });
  expect(bad).toThrow("The variable SCALE_CHAT_TOKEN holds no token");
  expect(bad).not.toThrow("sesame");
});
