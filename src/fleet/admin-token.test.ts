import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperationError } from "../lib/errors.ts";
import { carriesToken, readAdminToken } from "./admin-token.ts";

const TOKEN = "0123456789abcdef";

describe("the token", () => {
  let file: string;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "scale-chat-token-"));
    file = join(folder, "token");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is the one word of its file", () => {
    for (const text of [TOKEN, `${TOKEN}\n`, `  ${TOKEN} \r\n\n`]) {
      writeFileSync(file, text);
      expect(readAdminToken(file)).toBe(TOKEN);
    }
  });

  test("that is short is refused, and not quoted", () => {
    for (const text of ["", "\n", "sesame"]) {
      writeFileSync(file, text);
      const read = () => readAdminToken(file);
      expect(read).toThrow(OperationError);
      expect(read).toThrow("at least 16 are needed");
      expect(read).not.toThrow("sesame");
    }
  });

  test("that no header can carry as it is is refused", () => {
    for (const text of [`${TOKEN}\nfor the night shift`, `${TOKEN} ${TOKEN}`, `${TOKEN}ü`]) {
      writeFileSync(file, text);
      expect(() => readAdminToken(file)).toThrow("one word of ASCII characters");
    }
  });

  test("that cannot be read is named by its file", () => {
    const missing = join(folder, "missing");
    expect(() => readAdminToken(missing)).toThrow(`from ${missing}: there is no such file`);
    expect(() => readAdminToken(folder)).toThrow(OperationError);
  });
});

test("a request carries it in its Authorization header, and nowhere else", () => {
  for (const header of [`Bearer ${TOKEN}`, `bearer ${TOKEN}`]) expect(carriesToken(header, TOKEN)).toBe(true);
  const others = [null, "", TOKEN, "Bearer", "Bearer ", `Bearer ${TOKEN}0`, `Bearer ${TOKEN.slice(1)}`];
  for (const header of [...others, `Basic ${TOKEN}`, `Bearer ${TOKEN.toUpperCase()}`]) {
    expect(carriesToken(header, TOKEN)).toBe(false);
  }
});
