import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BalancerView, isRunning } from "./balancer-view.ts";
import { findEvent, run, startBalancer, until } from "./harness.ts";
import { RoomClient } from "./room-client.ts";

const TOKEN = "0123456789abcdef-of-the-operators";

let folder: string;
let tokenFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scale-chat-balance-"));
  tokenFile = join(folder, "token");
  writeFileSync(tokenFile, `${TOKEN}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `use` with a fleet of its own, and ends that whatever happens. */
async function withFleet(args: string[], use: (fleet: BalancerView) => Promise<void>): Promise<void> {
  const fleet = new BalancerView(await startBalancer(args));
  try {
    await use(fleet);
  } finally {
    await fleet.balancer.kill();
    // Its servers hold its output open, so it has none left by now.
    expect(fleet.processes.size).toBe(0);
  }
}

async function closeAll(clients: readonly RoomClient[]): Promise<void> {
  await Promise.all(clients.map(({ connection }) => connection.close()));
}

describe("a fleet of two", () => {
  let fleet: BalancerView;
  beforeAll(async () => {
    fleet = new BalancerView(await startBalancer(["--min", "2", "--max", "3"]));
    await fleet.ready(2);
  });
  afterAll(() => fleet.balancer.kill());

  test("keeps rooms together, also while their clients come", async () => {
    const rooms = Array.from({ length: 50 }, (_, n) => `room ${n}`);
    const first = await Promise.all(rooms.map((room) => fleet.provision(room)));
    expect(new Set(first.map(({ id }) => id)).size).toBe(2);
    const clients = rooms.map((room, n) => new RoomClient(first[n]!.url, `guest-${n}`, room));
    await until(() => clients.every(({ connection }) => connection.isOnline), "everyone to be in");
    await until(async () => (await fleet.stats()).connections === 50, "the servers to tell of them");
    expect(await Promise.all(rooms.map((room) => fleet.provision(room)))).toEqual(first);
    for (const [n, { servers }] of clients.entries()) expect(servers).toEqual([first[n]!.id]);
    await closeAll(clients);
    await until(async () => (await fleet.stats()).rooms === 0, "the rooms to be forgotten");
  });

  test("is one chat: a room on both servers has one order", async () => {
    const servers = await fleet.ready(2);
    const [ann, bob] = servers.map(({ url }, n) => new RoomClient(url, n === 0 ? "ann" : "bob", "split"));
    await until(() => ann!.connection.isOnline && bob!.connection.isOnline, "both to be in");
    expect([...ann!.servers, ...bob!.servers]).toEqual(servers.map(({ id }) => id));
    for (let i = 0; i < 200; i++) {
      ann!.connection.send(`ann ${i}`);
      bob!.connection.send(`bob ${i}`);
    }
    await until(() => ann!.seen.length === 400 && bob!.seen.length === 400, "everything at both");
    expect(ann!.texts).toEqual(bob!.texts);
    expect(new Set(ann!.texts).size).toBe(400);
    await until(() => ann!.acked === 200 && bob!.acked === 200, "the acknowledgements");
    const stats = await until(async () => {
      const now = await fleet.stats();
      return now.busiest_rooms.some(({ servers }) => servers.length === 2) && now;
    }, "the room to be known on both");
    expect(stats.busiest_rooms[0]).toMatchObject({ room: "split", members: 2 });
    await closeAll([ann!, bob!]);
  });

  test("takes no orders without a token file, and says how", async () => {
    const [server] = await fleet.ready(2);
    for (const [method, path] of [
      ["POST", "/servers"],
      ["DELETE", `/servers/${server!.id}`],
    ] as const) {
      const refused = await fleet.order(method, path, TOKEN);
      expect(refused.status).toBe(403);
      expect(await refused.text()).toContain("--admin-token-file");
    }
    await fleet.ready(2);
  });

  test("is asked for a server by the chat", async () => {
    const said = await run(["chat", "lobby", "--url", fleet.url, "--name", "ann", "--json"], {
      stdin: "hello\n",
    });
    expect(said).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(said.stdout)).toMatchObject({ sender: "ann", text: "hello", room: "lobby" });
  });
});

describe("starting", () => {
  const ports = ["balance", "--host", "127.0.0.1", "--port", "0", "--admin-port", "0"];

  test("says where it listens, and that it is ready once a server is", async () => {
    await withFleet([], async (fleet) => {
      const { port, adminPort, stdout } = fleet.balancer;
      expect(findEvent(stdout, "balancing")).toMatchObject({
        ...{ level: "info", port, admin_port: adminPort },
        dashboard: `http://127.0.0.1:${adminPort}/`,
      });
      await until(async () => (await fetch(`${fleet.adminUrl}/readyz`)).status === 200, "readiness");
      await fleet.provision("r");
    });
  });

  test("on a port in use is one clear line and exit code 1", async () => {
    await withFleet([], async ({ balancer: { port, adminPort } }) => {
      for (const [option, taken] of [
        ["--port", port],
        ["--admin-port", adminPort],
      ] as const) {
        const ended = await run([...ports, option, `${taken}`]);
        expect(ended).toMatchObject({ exitCode: 1, stdout: "" });
        expect(ended.stderr).toBe(
          `scale-chat: Cannot listen on 127.0.0.1:${taken}: the port is in use; choose another with ${option}, or 0 for a free one\n`,
        );
      }
    });
  });

  test("over a file that another balancer uses is refused, and so is a token that is none", async () => {
    const data = join(folder, "used.db");
    await withFleet(["--data", data], async () => {
      const ended = await run([...ports, "--data", data]);
      expect(ended).toMatchObject({ exitCode: 1, stdout: "" });
      expect(ended.stderr).toContain("another process is using it");
    });
    const ended = await run([...ports, "--admin-token-file", join(folder, "missing")]);
    expect(ended).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ended.stderr).toContain("there is no such file");
  });

  const bad: Array<[args: string[], names: RegExp]> = [
    [["--min", "3", "--max", "2"], /--min 3 is more than --max 2/],
    [["--advertise-host", "a b"], /--advertise-host.*Not a host/],
    [["--spawn-at", "0"], /--spawn-at/],
    [["--data", "a.db", "--redis", "redis://127.0.0.1"], /choose one/],
  ];
  for (const [args, names] of bad) {
    test(`with ${args.join(" ")} is one line and exit code 2`, async () => {
      const { exitCode, stdout, stderr } = await run([...ports, ...args]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toMatch(names);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    });
  }
});

describe("orders", () => {
  test("need the token; a drained server's clients go on at the other, without a loss", async () => {
    await withFleet(
      ["--min", "2", "--max", "3", "--drain-timeout", "3s", "--admin-token-file", tokenFile],
      async (fleet) => {
        const [first] = await fleet.ready(2);
        const path = `/servers/${first!.id}`;
        for (const [method, at] of [
          ["POST", "/servers"],
          ["DELETE", path],
        ] as const) {
          for (const token of [undefined, "wrong", `${TOKEN}x`]) {
            expect((await fleet.order(method, at, token)).status).toBe(401);
          }
        }
        expect((await fleet.order("DELETE", "/servers/nobody", TOKEN)).status).toBe(404);

        expect((await fleet.order("POST", "/servers", TOKEN)).status).toBe(202);
        await fleet.ready(3);
        expect((await fleet.order("POST", "/servers", TOKEN)).status).toBe(409);

        const clients = ["ann", "bob"].map((name) => new RoomClient(first!.url, name, "harbour"));
        const [ann, bob] = clients as [RoomClient, RoomClient];
        await until(() => clients.every(({ connection }) => connection.isOnline), "both to be in");
        await until(async () => (await fleet.stats()).connections === 2, "the server to tell of them");
        let sent = 0;
        const talk = setInterval(() => {
          for (const { connection } of clients) connection.send(`number ${++sent}`);
        }, 2);
        await until(() => ann.seen.length > 100, "some talk");
        expect((await fleet.order("DELETE", path, TOKEN)).status).toBe(202);
        expect((await fleet.order("DELETE", path, TOKEN)).status).toBe(409);
        expect((await fleet.provision("harbour")).id).not.toBe(first!.id);
        const servers = await fleet.ready(2);
        clearInterval(talk);
        await until(() => clients.every(({ seen }) => seen.length === sent), "the rest");
        expect(ann.texts).toEqual(bob.texts);
        expect(new Set(ann.texts).size).toBe(sent);
        for (const client of clients) {
          expect([client.gaps, client.losses]).toEqual([[], 0]);
          expect(client.servers).toEqual([first!.id, bob.servers[1]!]);
        }
        expect(servers.map(({ id }) => id)).toContain(ann.servers[1]!);
        await until(async () => (await fleet.events()).some(({ type }) => type === "left"), "its end");
        const types = (await fleet.events()).filter(({ server }) => server === first!.id);
        expect(types.map(({ type }) => type)).toEqual(["joined", "drain", "left"]);
        await closeAll(clients);
      },
    );
  });
});

describe("a server that dies", () => {
  test("is replaced, and its clients resume at another without a loss", async () => {
    await withFleet(["--min", "2"], async (fleet) => {
      const before = await fleet.ready(2);
      const bob = new RoomClient(fleet.url, "bob", "harbour");
      await until(() => bob.connection.isOnline, "bob to be in");
      const victim = bob.servers[0]!;
      const ann = new RoomClient(before.find(({ id }) => id !== victim)!.url, "ann", "harbour");
      await until(() => ann.connection.isOnline, "ann to be in, at the other");
      for (let i = 0; i < 50; i++) ann.connection.send(`one ${i}`);
      await until(() => bob.seen.length === 50, "the first fifty");
      process.kill(fleet.processes.get(victim)!, "SIGKILL");
      for (let i = 0; i < 50; i++) ann.connection.send(`two ${i}`);
      await until(async () => (await fleet.events()).some(({ type }) => type === "died"), "the death");
      // The room's next client goes to one that lives.
      for (let i = 0; i < 20; i++) expect((await fleet.provision(`room ${i}`)).id).not.toBe(victim);
      const servers = await until(async () => {
        const now = await fleet.ready(2);
        return now.every(({ id }) => id !== victim) && now;
      }, "the replacement");
      await until(() => ann.seen.length === 100 && bob.seen.length === 100, "the rest");
      expect(bob.texts).toEqual(ann.texts);
      expect(bob.gaps).toEqual([]);
      expect(bob.recovered).toEqual([true]);

      const events = await fleet.events();
      expect(events.find(({ type }) => type === "died")).toMatchObject({
        server: victim,
        reason: expect.stringContaining("was ended by SIGKILL"),
      });
      const newcomer = servers.find(({ id }) => before.every((server) => server.id !== id))!;
      expect(events.at(-1)).toMatchObject({ type: "joined", server: newcomer.id });
      await closeAll([ann, bob]);
    });
  });

  test("at once, again and again, is replaced after pauses that grow", async () => {
    await withFleet(["--min", "1"], async (fleet) => {
      const killed = new Set<string>();
      for (let death = 1; death <= 3; death++) {
        const [id, pid] = await until(() => {
          return [...fleet.processes].find(([server]) => !killed.has(server));
        }, "a server to kill");
        killed.add(id);
        process.kill(pid, "SIGKILL");
      }
      const deaths = await until(async () => {
        const died = (await fleet.events()).filter(({ type }) => type === "died");
        return died.length === 3 && died;
      }, "three deaths");
      expect(deaths.map(({ server }) => server)).toEqual([...killed]);
      const pauses = deaths.map(({ reason }) => /a new one comes in (.*)$/.exec(reason)?.[1]);
      expect(pauses).toEqual(["0.5 s", "1 s", "2 s"]);
      for (const [i, gap] of [500, 1000].entries()) {
        expect(deaths[i + 1]!.at - deaths[i]!.at).toBeGreaterThanOrEqual(gap);
      }
      await fleet.ready(1);
    });
  });

  test("because it hangs, is replaced, too; another one stands in before it is killed", async () => {
    await withFleet(["--min", "1", "--max", "2"], async (fleet) => {
      const [server] = await fleet.ready(1);
      const pid = fleet.processes.get(server!.id)!;
      process.kill(pid, "SIGSTOP");
      await until(
        () => fleet.balancer.stdout.includes(`server ${server!.id} tells nothing, and nobody can come in`),
        "another one to stand in",
      );
      expect(findEvent(fleet.balancer.stdout, "server_silent")).toMatchObject({ server: server!.id });
      await until(() => !isRunning(pid), "its end", 40_000);
    });
  }, 60_000);
});
