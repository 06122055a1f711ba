import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../lib/clock.ts";
import { OperationError } from "../lib/errors.ts";
import { createLogger } from "../lib/log.ts";
import { KeyRing } from "./key-ring.ts";
import { publicPem, RSA, SECRET } from "./test-keys.ts";

let folder: string;
let file: string;
let clock: FakeClock;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-keys-"));
  file = join(folder, "key");
  clock = new FakeClock();
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string, path = file): void {
  writeFileSync(path, text);
  chmodSync(path, 0o600);
}

function open(...files: string[]): KeyRing {
  const log = createLogger({ format: "human", level: "info", clock, write: (line) => lines.push(line) });
  return new KeyRing(files, clock, log);
}

const secrets = (ring: KeyRing) => ring.keys.map(({ verifying }) => verifying.export().toString());
const events = () => lines.map((line) => line.split(" ").filter((word) => word !== "")[2]);

describe("the keys", () => {
  test("of all files are there, and follow their files after a moment", () => {
    const second = join(folder, "second");
    write(SECRET);
    write(`${SECRET} 2`, second);
    const ring = open(file, second);
    expect(secrets(ring)).toEqual([SECRET, `${SECRET} 2`]);
    write(`${SECRET} 1`);
    clock.advance(1999);
    expect(secrets(ring)).toEqual([SECRET, `${SECRET} 2`]);
    clock.advance(1);
    expect(secrets(ring)).toEqual([`${SECRET} 1`, `${SECRET} 2`]);
    expect(events()).toEqual(["auth_keys_changed"]);
  });

  test("stay while their file cannot be used, which is said once", () => {
    write(SECRET);
    const ring = open(file);
    const later = () => {
      clock.advance(5000);
      return secrets(ring);
    };
    write("sesame");
    for (let look = 0; look < 3; look++) expect(later()).toEqual([SECRET]);
    rmSync(file);
    for (let look = 0; look < 3; look++) expect(later()).toEqual([SECRET]);
    write(`${SECRET} again`);
    expect(later()).toEqual([`${SECRET} again`]);
    expect(events()).toEqual(["auth_keys_kept", "auth_keys_kept", "auth_keys_changed"]);
    expect(lines.join()).not.toContain("sesame");
  });

  test("also follow when the clock is set back", () => {
    write(SECRET);
    const ring = open(file);
    write(`${SECRET} 1`);
    clock.advance(-3_600_000);
    expect(secrets(ring)).toEqual([`${SECRET} 1`]);
  });

  test("that are secret and that others can read are warned of; public ones are not", () => {
    write(SECRET);
    open(file);
    expect(lines).toEqual([]);
    chmodSync(file, 0o640);
    open(file);
    expect(events()).toEqual(["auth_key_exposed"]);
    expect(lines[0]).toContain(`chmod 600 ${file}`);
    write(publicPem(RSA));
    chmodSync(file, 0o644);
    open(file);
    expect(lines).toHaveLength(1);
  });

  test("that cannot be used to begin with are an error that names the file", () => {
    expect(() => open(file)).toThrow(`Cannot read the key file ${file}: there is no such file`);
    expect(() => open(folder)).toThrow(OperationError);
    write("sesame");
    expect(() => open(file)).toThrow(
      `The key file ${file} holds a key that cannot be used: a secret of 6 bytes`,
    );
  });
});
