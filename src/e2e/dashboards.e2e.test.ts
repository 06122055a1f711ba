import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { hasRedis, startRedis } from "../broker/redis/test-redis.ts";
import { BalancerView } from "./balancer-view.ts";
import { type Running, type RunningServer, start, startBalancer, startServer, until } from "./harness.ts";
import { DEPLOY, hasPrometheus, type Prometheus, startPrometheus } from "./prometheus.ts";

interface Dashboard {
  title: string;
  panels: Array<{ title: string; targets?: Array<{ expr: string }> }>;
}

/** Every panel of every dashboard, with what it asks Prometheus for. */
const panels = await Promise.all(
  ["service", "host"].map(async (name) => {
    const file = join(DEPLOY, "grafana/dashboards", `${name}.json`);
    const { panels } = (await Bun.file(file).json()) as Dashboard;
    return panels.map(({ title, targets = [] }) => ({ name: `${name}: ${title}`, targets }));
  }),
).then((all) => all.flat().filter(({ targets }) => targets.length > 0));

/** As Grafana asks it when all servers are chosen. */
const asked = (expr: string) => expr.replaceAll("$__rate_interval", "15s").replaceAll("$server", ".*");

describe.skipIf(!(hasPrometheus && hasRedis))(
  "dashboards over a fleet under load (need prometheus, redis-server)",
  () => {
    const running: Array<Running | RunningServer> = [];
    let redis: Awaited<ReturnType<typeof startRedis>>;
    let prometheus: Prometheus | undefined;

    beforeAll(async () => {
      redis = await startRedis();
      const env = { SCALE_CHAT_REDIS: redis.url };
      const balancer = await startBalancer(["--min", "0", "--max", "0"], { env });
      running.push(balancer);
      const advertise = ["--advertise", "ws://127.0.0.1:0"];
      for (let i = 0; i < 2; i++) running.push(await startServer(advertise, { env }));
      const fleet = new BalancerView(balancer);
      await fleet.ready(2);
      prometheus = await startPrometheus(fleet.adminUrl, [["scrape_interval: 5s", "scrape_interval: 1s"]]);
      const crowd = ["--rooms", "20", "--room-size", "5", "--interval", "200ms", "--duration", "10m"];
      running.push(start(["loadtest", "--url", fleet.url, ...crowd, "--out", "/dev/null"]));
    });
    afterAll(async () => {
      await Promise.all(running.map((program) => program.kill()));
      await prometheus?.stop();
      await redis.stop();
    });

    test.each(panels)("$name", async ({ targets }) => {
      for (const { expr } of targets) {
        // A share of nothing is NaN: no line is drawn of it.
        const hasData = async () =>
          (await prometheus!.query(asked(expr))).some(({ value: [, digits] }) =>
            Number.isFinite(Number(digits)),
          );
        await until(hasData, `data for ${expr}`, 40_000);
      }
    });

    test("what they count is what happens", async () => {
      const value = async (expr: string) => Number((await prometheus!.query(asked(expr)))[0]?.value[1]);
      await until(async () => (await value("sum(scale_chat_connections)")) === 100, "everyone to be seen");
      expect(await value("count(up == 1)")).toBe(3);
    });
  },
);

test("each panel asks only for metrics that are explained, and none is left out", async () => {
  const docs = await Bun.file(join(DEPLOY, "../docs/operations.md")).text();
  const explained = new Set(
    [...docs.matchAll(/^\| `((?:scale_chat|process)_\w+)/gm)].map(([, name]) => name),
  );
  const used = panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => [...expr.matchAll(/\b(?:scale_chat|process)_\w+/g)].map(([name]) => name)),
  );
  for (const name of used) expect(explained).toContain(name.replace(/_(bucket|sum|count)$/, ""));
});
