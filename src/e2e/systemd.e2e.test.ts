import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEADLINE_MS, PROGRAM, until } from "./harness.ts";
import { BOOT_MS, bootMachine, type Machine, REPOSITORY, whyNoMachine } from "./systemd-machine.ts";

// Of the hooks, too. What is waited for has deadlines of its own, and says what it was: these come first.
setDefaultTimeout(BOOT_MS + 2 * DEADLINE_MS);

const FOLDER = join(REPOSITORY, "systemd");
const UNITS = readdirSync(FOLDER).filter((name) => name.endsWith(".service"));
const hasAnalyze = Bun.which("systemd-analyze") !== null;

describe.skipIf(!hasAnalyze)("the units (needs systemd-analyze)", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "scale-chat-units-"));
    for (const unit of UNITS) {
      // The program is where this build is; what is verified is the rest.
      const text = readFileSync(join(FOLDER, unit), "utf8").replace("/usr/local/bin/scale-chat", PROGRAM);
      await Bun.write(join(folder, unit.replace("@", "@8001")), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const analyze = (...args: string[]) => {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["systemd-analyze", "--no-pager", ...args], {
      cwd: folder,
    });
    return { exitCode, said: `${stdout}${stderr}` };
  };

  test.each(UNITS)("%s is clean, and exposed by 1.5 at the most", (unit) => {
    const file = unit.replace("@", "@8001");
    // It says what it ignores, and calls that a success.
    expect(analyze("verify", `./${file}`)).toEqual({ exitCode: 0, said: "" });
    const security = analyze("security", "--offline=true", "--threshold=15", `./${file}`);
    expect(security).toMatchObject({ exitCode: 0, said: expect.stringContaining("Overall exposure level") });
  });
});

describe("the units", () => {
  const textOf = (unit: string) => readFileSync(join(FOLDER, unit), "utf8");

  test("share their sandbox", () => {
    const sandboxes = UNITS.map((unit) => textOf(unit).slice(textOf(unit).indexOf("# The machine is none")));
    expect(sandboxes).toHaveLength(3);
    expect(new Set(sandboxes).size).toBe(1);
  });

  test.each(UNITS)("%s leaves the compiler its memory and the drain its time", (unit) => {
    const settings = new Map(
      textOf(unit)
        .split("\n")
        .filter((line) => /^\w+=/.test(line))
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    expect(settings.has("MemoryDenyWriteExecute")).toBe(false);
    const drain = /"--drain-timeout <time>".*"(\d+)s"\)/.exec(
      readFileSync(join(REPOSITORY, "src/commands/limits.ts"), "utf8"),
    );
    expect(Number.parseInt(settings.get("TimeoutStopSec")!, 10)).toBeGreaterThan(Number(drain![1]) + 10);
  });
});

const whyNot = whyNoMachine();
if (whyNot !== null) console.log(`not run: the services under a real systemd, because ${whyNot}`);
else {
  describe("under a real systemd", () => {
    let machine: Machine;
    beforeAll(async () => {
      machine = await bootMachine();
    });
    afterAll(() => machine?.end());

    /** What a command prints, which has to succeed. */
    const run = (command: string): string => {
      const { exitCode, stdout, stderr } = machine.run(command);
      if (exitCode !== 0) {
        const log = machine.run("journalctl --no-pager --lines=50").stdout;
        throw new Error(`${command}: exit code ${exitCode}\n${stdout}\n${stderr}\n${log}`);
      }
      return stdout;
    };
    const show = (unit: string, property: string) => run(`systemctl show --value -p ${property} ${unit}`);
    const edit = (unit: string, text: string) =>
      run(
        `d=/run/systemd/system/${unit}.service.d; mkdir -p $d; printf '%b' '[Service]\\n${text}\\n' >$d/edit.conf; systemctl daemon-reload`,
      );
    const installer = join(REPOSITORY, "scripts/install");

    test("the installer makes the user and what it needs, once", () => {
      expect(run(`${installer} --dry-run`)).toStartWith("would make the user scale-chat\n");
      expect(run(installer)).toContain("tell systemd of it");
      expect(run("id -nu scale-chat; stat -c '%U %a' /etc/scale-chat/admin-token")).toBe(
        "scale-chat\nroot 600",
      );
      expect(run(installer)).toStartWith("Set the options in");
    });

    test("a server has started when it takes clients, in its sandbox", () => {
      run("systemctl enable --now scale-chat");
      expect(run("scale-chat health")).toBe("ready");
      expect(run("echo hello | scale-chat chat tea --name bot --url ws://127.0.0.1:8080")).toBe("bot: hello");
      expect(show("scale-chat", "StatusText")).toMatch(/^\d+ connections? in \d+ rooms?, port 8080$/);
      expect(run("stat -c '%U %a' /var/lib/scale-chat /var/lib/scale-chat/chat.db")).toBe(
        "scale-chat 700\nscale-chat 600",
      );
      const status = run(`cat /proc/${show("scale-chat", "MainPID")}/status`);
      expect(status).toMatch(/^Seccomp:\s+2$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).toMatch(/^CapBnd:\s+0+$/m);
    });

    test("reloaded it goes on, and reads its certificate again, as the documentation has it", async () => {
      const before = show("scale-chat", "MainPID");
      run("systemctl reload scale-chat");
      await until(
        () => run("journalctl --no-pager -u scale-chat").includes("nothing_to_reload"),
        "the signal",
      );
      const folder = "/etc/scale-chat/tls";
      const certify = (name: string) =>
        run(
          `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -keyout /root/key.pem -out /root/cert.pem 2>/dev/null; install -d -m 750 -g scale-chat ${folder}; install -m 640 -g scale-chat /root/key.pem /root/cert.pem ${folder}/`,
        );
      certify("first");
      edit(
        "scale-chat",
        `Environment=SCALE_CHAT_TLS_CERT=${folder}/cert.pem SCALE_CHAT_TLS_KEY=${folder}/key.pem`,
      );
      run("systemctl restart scale-chat");
      certify("second");
      const started = show("scale-chat", "MainPID");
      run("systemctl reload scale-chat");
      await until(() => run("journalctl --no-pager -u scale-chat").includes("tls_renewed"), "the renewal");
      expect(
        run("openssl s_client -connect 127.0.0.1:8080 </dev/null 2>/dev/null | openssl x509 -noout -subject"),
      ).toContain("second");
      expect(started).not.toBe(before);
      expect(show("scale-chat", "MainPID")).toBe(started);
    });

    test("one that stands still is killed and started anew", async () => {
      edit("scale-chat", "WatchdogSec=1s\\nRestartSec=100ms");
      run("systemctl restart scale-chat");
      run(`kill -STOP ${show("scale-chat", "MainPID")}`);
      await until(() => show("scale-chat", "NRestarts") === "1", "the watchdog to bite");
      await until(() => machine.run("scale-chat health").exitCode === 0, "the next one to take clients");
    });

    test("stopping drains, for longer than the unit allows if it was told to", async () => {
      edit(
        "scale-chat",
        "WatchdogSec=1s\\nTimeoutStopSec=1s\\nEnvironment=SCALE_CHAT_DRAIN_TIMEOUT=15s SCALE_CHAT_DRAIN_TO=ws://127.0.0.1:1",
      );
      run("systemctl restart scale-chat");
      run(
        "systemd-run --unit=ann sh -c 'sleep 60 | scale-chat chat tea --name ann --url ws://127.0.0.1:8080'",
      );
      await until(() => show("scale-chat", "StatusText").startsWith("1 connection"), "ann to be in");
      // She was told where to go and cannot go there: she is waited for.
      run("systemctl stop scale-chat");
      expect(show("scale-chat", "Result")).toBe("success");
      expect(show("scale-chat", "ExecMainStatus")).toBe("0");
      expect(run("journalctl --no-pager -u scale-chat -n 5")).toContain('"event":"stopped"');
      run("systemctl stop ann");
    });

    test("a wrong option is no reason to try again", () => {
      edit("scale-chat", "Environment=SCALE_CHAT_PORT=none");
      expect(machine.run("systemctl start scale-chat").exitCode).toBe(1);
      expect(show("scale-chat", "ActiveState")).toBe("failed");
      run("rm -r /run/systemd/system/scale-chat.service.d; systemctl daemon-reload; systemctl reset-failed");
    });

    test("a balancer gets its secret from systemd, and takes its servers with it", () => {
      run("systemctl start scale-chat-balance");
      expect(run("scale-chat health --admin-port 3001")).toBe("ready");
      const order = (token: string) =>
        run(
          `exec 3<>/dev/tcp/127.0.0.1/3001; printf 'POST /servers HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\nAuthorization: Bearer %s\\r\\n\\r\\n' "${token}" >&3; head -n 1 <&3`,
        );
      expect(order("$(cat /etc/scale-chat/admin-token)")).toMatch(/ (202|409) /);
      expect(order("0123456789abcdef")).toContain(" 401 ");
      const log = run("systemctl stop scale-chat-balance; journalctl --no-pager -u scale-chat-balance");
      expect(log).not.toContain("notification message from PID");
      expect(machine.run("pgrep -x scale-chat").stdout).toBe("");
    });

    test("instances are named by their port", () => {
      run("sed -i /REDIS=/d /etc/scale-chat/instances.env");
      run("echo SCALE_CHAT_ADMIN_PORT=9002 >/etc/scale-chat/8002.env");
      run("systemctl enable --now --quiet scale-chat@8001 scale-chat@8002");
      expect(run("scale-chat health --admin-port 18001; scale-chat health --admin-port 9002")).toBe(
        "ready\nready",
      );
    });

    test("uninstalled, nothing of it runs; purged, nothing is left", () => {
      const said = run(`${installer} --uninstall`);
      expect(said).toContain("stop and disable scale-chat@8001.service");
      expect(said).toContain("Kept: /etc/scale-chat");
      expect(machine.run("pgrep -x scale-chat").stdout).toBe("");
      expect(run("ls /etc/scale-chat/serve.env /var/lib/scale-chat/chat.db").split("\n")).toHaveLength(2);
      run(`${installer} --uninstall --purge`);
      expect(machine.run("ls -d /etc/scale-chat /var/lib/scale-chat; id scale-chat").stdout).toBe("");
      expect(machine.run("systemctl list-units --all --plain --no-legend 'scale-chat*'").stdout).toBe("");
    });
  });
}
