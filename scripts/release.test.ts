import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../src/cli/version.ts";

const ROOT = join(import.meta.dir, "..");
const PLATFORM = `linux-${process.arch}`;
const NAME = `scale-chat-${version}-${PLATFORM}`;

/** A release is made of a commit, and this one has to run here. */
const testHere = test.skipIf(!existsSync(join(ROOT, ".git")) || process.platform !== "linux");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-release-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function release(...args: string[]) {
  const { exitCode, stderr } = Bun.spawnSync([join(ROOT, "scripts/release"), ...args], { stdin: "ignore" });
  return { exitCode, stderr: stderr.toString() };
}

testHere("an archive that fits its sum, and holds a program that can be installed", () => {
  const out = join(folder, "release");
  expect(release("--draft", "--out", out, PLATFORM)).toMatchObject({ exitCode: 0 });
  expect(readdirSync(out).sort()).toEqual(["SHA256SUMS", `${NAME}.tar.gz`]);
  const shell = (command: string) => {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["sh", "-ec", command], { cwd: out });
    expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
    return stdout.toString();
  };
  expect(shell("sha256sum --check SHA256SUMS")).toBe(`${NAME}.tar.gz: OK\n`);
  shell(`tar -xzf ${NAME}.tar.gz`);
  expect(shell(`${NAME}/scale-chat --version`)).toMatch(
    new RegExp(`^scale-chat ${RegExp.escape(version)} \\([0-9a-f]+(-dirty)?\\)\n$`),
  );
  // Away from the repository, the installer finds what lies beside it.
  const said = shell(`DESTDIR=${folder}/root ${NAME}/install`);
  expect(said).toContain("install /usr/local/bin/scale-chat\n");
  expect(said).toContain("install /usr/local/lib/systemd/system/scale-chat.service\n");
});

test("a platform that there is not is one line that names those there are", () => {
  expect(release("windows")).toEqual({
    exitCode: 2,
    stderr:
      "release: windows: neither an option nor a platform; allowed: --draft, --out FOLDER, linux-x64 linux-arm64 darwin-arm64 darwin-x64\n",
  });
});
