import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findEvent, PROGRAM, until } from "./harness.ts";
import { initOf, isolated, runIn, whyNoNamespaces } from "./namespaces.ts";

const REPOSITORY = join(import.meta.dir, "../..");

describe("the Dockerfile", () => {
  const text = readFileSync(join(REPOSITORY, "Dockerfile"), "utf8").replaceAll("\\\n", " ");
  const lines = text.split("\n").filter((line) => /^[A-Z]+ /.test(line));
  const lastFrom = lines.findLastIndex((line) => line.startsWith("FROM "));
  const [building, running] = [lines.slice(0, lastFrom), lines.slice(lastFrom)];
  const one = (instruction: string) => running.filter((line) => line.startsWith(`${instruction} `));

  test("builds in one image and runs in another, each with a tag that is not latest", () => {
    const images = lines
      .filter((line) => line.startsWith("FROM "))
      .map((line) => /FROM (?:--\S+ )?(\S+)/.exec(line)![1]);
    expect(images).toHaveLength(2);
    for (const image of images) expect(image).toMatch(/:(?!latest)\S+$/);
  });

  test("fetches the packages before it copies the source, which changes more often", () => {
    const setup = building.indexOf("RUN scripts/setup");
    const source = building.indexOf("COPY . .");
    expect(setup).toBeGreaterThan(0);
    expect(source).toBeGreaterThan(setup);
  });

  test("runs as a user with a number, which an orchestrator can tell from root", () => {
    expect(one("USER")).toEqual(["USER 65532:65532"]);
  });

  test("starts the program itself, not through a shell that would keep the signals", () => {
    for (const instruction of ["ENTRYPOINT", "CMD"]) {
      const [line] = one(instruction);
      expect(JSON.parse(line!.slice(instruction.length))).toBeArray();
    }
    const check = /CMD (\[.*\])$/.exec(one("HEALTHCHECK")[0]!)![1]!;
    expect(JSON.parse(check)).toEqual(["/usr/local/bin/scale-chat", "health", "--live"]);
    expect(one("RUN")).toEqual([]);
  });
});

/** The image as its last stage makes it, but for the list of certificates, which the program has in itself. */
const BOOT = `
set -e
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
cd "$ROOT"
mount -t proc proc proc
mount -t tmpfs tmpfs dev
for device in null zero random urandom; do touch dev/$device; mount --bind /dev/$device dev/$device; done
mount -t tmpfs -o uid=65532,gid=65532 tmpfs data
ip link set lo up
mount -o remount,bind,ro "$ROOT"
exec unshare --root="$ROOT" --wd=/data --setgid=65532 --setuid=65532 /usr/local/bin/scale-chat serve --data chat.db
`;

const whyNot = whyNoNamespaces();
if (whyNot !== null) console.log(`not run: the program as in its image, because ${whyNot}`);
else {
  describe("as process 1 of a container: another user, a read-only root, nothing but glibc", () => {
    let root: string;
    let child: Bun.Subprocess<"ignore", "pipe", "inherit">;
    let log = "";
    let logged: Promise<void>;
    const container = (...args: string[]) =>
      runIn(initOf(child.pid)!, ["/usr/local/bin/scale-chat", ...args]);

    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), "scale-chat-image-"));
      chmodSync(root, 0o755);
      const put = (from: string, to: string) => {
        mkdirSync(join(root, dirname(to)), { recursive: true });
        copyFileSync(from, join(root, to));
      };
      put(PROGRAM, "/usr/local/bin/scale-chat");
      // glibc, and no other package: what the program asks for beyond it would not be in the image.
      const loaded = Bun.spawnSync(["ldd", PROGRAM]).stdout.toString();
      for (const [library] of loaded.matchAll(/\/\S+/g)) {
        expect(library).toMatch(/\/(libc|libm|libdl|libpthread|librt|ld-linux-[\w-]+)\.so\.\d$/);
        put(library, library);
      }
      for (const folder of ["proc", "dev", "data", "etc"]) mkdirSync(join(root, folder));
      writeFileSync(join(root, "etc/hosts"), "127.0.0.1 localhost\n");
      child = Bun.spawn(isolated(BOOT), {
        env: { PATH: process.env.PATH!, ROOT: root },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "inherit",
      });
      logged = (async () => {
        for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) log += chunk;
      })();
      await until(() => findEvent(log, "listening"), "the container to listen");
    });
    afterAll(async () => {
      child?.kill("SIGKILL");
      await child?.exited;
      rmSync(root, { recursive: true });
    });

    test("it finds itself healthy, and carries a chat that it stores", () => {
      expect(container("health", "--live")).toMatchObject({ exitCode: 0, stdout: "live" });
      expect(container("health")).toMatchObject({ exitCode: 0, stdout: "ready" });
      const status = readFileSync(`/proc/${initOf(child.pid)}/status`, "utf8");
      expect(status).toMatch(/^Uid:\s+65532\s/m);
      expect(status).toMatch(/^NSpid:.*\s1$/m);
      const load = ["--url", "ws://localhost:8080", "--rooms", "1", "--room-size", "2", "--duration", "1s"];
      expect(container("loadtest", ...load, "--out", "run.csv")).toMatchObject({ exitCode: 0 });
    });

    test("SIGTERM reaches it and drains", async () => {
      process.kill(initOf(child.pid)!, "SIGTERM");
      expect(await child.exited).toBe(0);
      await logged;
      expect(findEvent(log, "stopped")).toBeDefined();
    });
  });
}
