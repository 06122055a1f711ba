import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const INSTALL = join(import.meta.dir, "install");
const FILES = [
  "/usr/local/bin/scale-chat",
  "/usr/local/lib/systemd/system/scale-chat-balance.service",
  "/usr/local/lib/systemd/system/scale-chat.service",
  "/usr/local/lib/systemd/system/scale-chat@.service",
  "/etc/scale-chat/balance.env",
  "/etc/scale-chat/instances.env",
  "/etc/scale-chat/serve.env",
];
const TOKEN = "/etc/scale-chat/admin-token";

let folder: string;
let destdir: string;
let program: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-install-"));
  destdir = join(folder, "root");
  program = executable("program", "echo scale-chat 1");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A shell script of this test's folder. */
function executable(name: string, body: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

function install(args: string[] = [], env: Record<string, string> = { DESTDIR: destdir }) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["sh", INSTALL, ...args], {
    env: { PATH: process.env.PATH!, ...env },
    stdin: "ignore",
  });
  return { exitCode, said: stdout.toString().split("\n").filter(Boolean), stderr: stderr.toString() };
}

const installHere = (...args: string[]) => install(["--binary", program, ...args]);
const at = (path: string) => join(destdir, path);
const mode = (path: string) => (statSync(at(path)).mode & 0o777).toString(8);

test("puts everything in its place, with the modes that keep secrets", () => {
  const { exitCode, said, stderr } = installHere();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(said).toEqual([...FILES.map((file) => `install ${file}`), `make a secret in ${TOKEN}`]);
  expect(FILES.map(mode)).toEqual(["755", "644", "644", "644", "600", "600", "600"]);
  expect(mode(TOKEN)).toBe("600");
  expect(mode("/usr/local/lib/systemd")).toBe("755");
  expect(readFileSync(at(TOKEN), "utf8")).toMatch(/^[0-9a-f]{32}$/);
  expect(readFileSync(at(FILES[0]!), "utf8")).toBe(readFileSync(program, "utf8"));
});

test("a second time does nothing; a new version leaves the options and the secret as they are", () => {
  installHere();
  expect(installHere()).toEqual({ exitCode: 0, said: [], stderr: "" });
  writeFileSync(at("/etc/scale-chat/serve.env"), "SCALE_CHAT_PORT=9000\n");
  writeFileSync(at(TOKEN), "a-secret-of-our-own");
  program = executable("program-2", "echo scale-chat 2");
  expect(installHere().said).toEqual(["install /usr/local/bin/scale-chat"]);
  expect(readFileSync(at("/etc/scale-chat/serve.env"), "utf8")).toBe("SCALE_CHAT_PORT=9000\n");
  expect(readFileSync(at(TOKEN), "utf8")).toBe("a-secret-of-our-own");
});

test("--dry-run says what it would do, and does not", () => {
  const rehearsed = installHere("--dry-run");
  expect(rehearsed.said).toEqual([
    ...FILES.map((file) => `would install ${file}`),
    `would make a secret in ${TOKEN}`,
  ]);
  expect(existsSync(destdir)).toBe(false);
  installHere();
  const { said } = install(["--uninstall", "--purge", "--dry-run"]);
  expect(said).toContain("would remove /usr/local/bin/scale-chat");
  expect(said).toContain("would remove /etc/scale-chat");
  for (const file of [...FILES, TOKEN]) expect(existsSync(at(file))).toBe(true);
});

test("--uninstall leaves options and messages, --purge does not", () => {
  installHere();
  mkdirSync(at("/var/lib/scale-chat"), { recursive: true });
  expect(install(["--uninstall"])).toMatchObject({ exitCode: 0, stderr: "" });
  for (const file of FILES) expect(existsSync(at(file))).toBe(file.startsWith("/etc"));
  expect(existsSync(at("/var/lib/scale-chat"))).toBe(true);
  expect(install(["--uninstall", "--purge"]).said).toEqual([
    "remove /etc/scale-chat",
    "remove /var/lib/scale-chat",
  ]);
  expect(install(["--uninstall", "--purge"]).said).toEqual([]);
});

test("a wrong call is one line that says what is allowed", () => {
  expect(installHere("--force")).toMatchObject({
    exitCode: 2,
    stderr: "install: --force: not an option; allowed: --binary FILE, --dry-run, --uninstall, --purge\n",
  });
  expect(installHere("--purge").stderr).toContain("--purge is for --uninstall");
  expect(install([], { DESTDIR: "here" })).toMatchObject({ exitCode: 2 });
  const missing = install(["--binary", join(folder, "nothing")]);
  expect(missing).toMatchObject({ exitCode: 1, said: [] });
  expect(missing.stderr).toContain("make it with scripts/build");
});

test("is for root, except as a rehearsal", () => {
  executable("id", "echo 1000");
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const refused = install(["--binary", program], env);
  expect(refused).toMatchObject({ exitCode: 1, said: [] });
  expect(refused.stderr).toBe(
    "install: only root can do this: sudo scripts/install, or --dry-run to see what it would do\n",
  );
  expect(install(["--binary", program, "--dry-run"], env)).toMatchObject({ exitCode: 0, stderr: "" });
});
