import { mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { DEADLINE_MS, until } from "./harness.ts";
import { initOf, isolated, runIn, whyNoNamespaces } from "./namespaces.ts";

export const REPOSITORY = join(import.meta.dir, "../..");

/** A machine is up in a few seconds where nothing else runs; a build beside it takes most of its time. */
export const BOOT_MS = 3 * DEADLINE_MS;

/** Why no machine can be booted here, or `null`. */
export function whyNoMachine(): string | null {
  if (Bun.which("/lib/systemd/systemd") === null) return "systemd is not installed";
  if (controlGroups() === null) return "there are no control groups of version 2";
  return whyNoNamespaces();
}

/** A machine run by a real systemd: this one, but what is changed there is gone with it, and its network is its own. */
export interface Machine {
  /** Runs a shell command there to its end. */
  run(command: string): { exitCode: number; stdout: string; stderr: string };
  end(): Promise<void>;
}

/** The files are an overlay over ours; nothing is started but systemd itself. */
const BOOT = `
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
cd /mnt/root
mount -t proc proc proc
mount --rbind /dev dev
mount -t sysfs sysfs sys
mount -t tmpfs tmpfs run
mount -t cgroup2 cgroup2 sys/fs/cgroup
mkdir -p ".$REPOSITORY"
mount --rbind "$REPOSITORY" ".$REPOSITORY"
ip link set lo up
for unit in sysinit basic network-online multi-user; do
  printf '[Unit]\\nDefaultDependencies=no\\n' >etc/systemd/system/$unit.target
done
rm -rf etc/systemd/system/*.wants
mkdir -p old
pivot_root . old
umount -l /old
# As a kernel's first systemd finds them: what one unit mounts (its credentials), others see.
mount --make-rshared /
exec env -i container=test PATH="$PATH" /lib/systemd/systemd --system --unit=multi-user.target --log-target=console
`;

/** Throws after `BOOT_MS`, with what the machine said until then. */
export async function bootMachine(): Promise<Machine> {
  const group = join(controlGroups()!, `scale-chat-test-${process.pid}`);
  mkdirSync(group);
  const child = Bun.spawn(
    ["sh", "-c", `echo $$ >"$GROUP/cgroup.procs"; exec "$@"`, "sh", ...isolated(BOOT)],
    {
      env: { PATH: process.env.PATH!, GROUP: group, REPOSITORY },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  const said = Promise.all([child.stdout.text(), child.stderr.text()]);
  const run = (command: string) => runIn(initOf(child.pid)!, ["bash", "-c", command]);
  const end = async () => {
    child.kill("SIGKILL");
    await child.exited;
    await until(() => removeGroup(group), "the machine's processes to be gone");
  };
  try {
    await until(
      () => {
        if (child.exitCode !== null) throw new Error("the machine ended");
        if (initOf(child.pid) === null) return false;
        return /^(running|degraded)$/.test(run("systemctl is-system-running").stdout);
      },
      "the machine to run",
      BOOT_MS,
    );
  } catch (error) {
    await end();
    throw new Error(`${(error as Error).message}\n${(await said).join("")}`);
  }
  return { run, end };
}

/** Where the control groups of version 2 are, alone or beside those of version 1. */
function controlGroups(): string | null {
  return / (\/\S+) \S+(?: \S+)* - cgroup2 /.exec(readFileSync("/proc/self/mountinfo", "utf8"))?.[1] ?? null;
}

/** False as long as a process is in one of them. */
function removeGroup(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !removeGroup(join(folder, entry.name))) return false;
    }
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
