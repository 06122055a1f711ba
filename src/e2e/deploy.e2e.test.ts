import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { PROGRAM, run, startServer } from "./harness.ts";
import { DEPLOY, hasPrometheus, tools } from "./prometheus.ts";

const yaml = async <Shape>(file: string) =>
  Bun.YAML.parse(await Bun.file(join(DEPLOY, file)).text()) as Shape;

interface Service {
  build?: string;
  image: string;
  read_only?: boolean;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  deploy: { resources: { limits: { cpus: string; memory: string } } };
  healthcheck: { test: string[]; interval: string; timeout: string; retries: number };
  depends_on?: Record<string, { condition: string }>;
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
}

describe("deploy/compose.yaml", async () => {
  const compose = await yaml<Compose>("compose.yaml");
  const services = Object.entries(compose.services);

  test.each(services)(
    "%s has a version, limits and a check, and writes nothing but its volumes",
    (_, service) => {
      expect(service.image).toMatch(/^[a-z/-]+:v?\d+\.\d+\.\d+(-\w+)?$/);
      if (service.build !== undefined) expect(service.image).toBe(`scale-chat:${manifest.version}`);
      expect(service.read_only).toBe(true);
      expect(Number(service.deploy.resources.limits.cpus)).toBeGreaterThan(0);
      expect(service.deploy.resources.limits.memory).toMatch(/^\d+M$/);
      expect(service.healthcheck).toMatchObject({ interval: "10s", timeout: "5s", retries: 3 });
      for (const port of service.ports ?? []) expect(port).toStartWith("127.0.0.1:");
      for (const volume of service.volumes ?? []) {
        const [source] = volume.split(":") as [string];
        if (source.startsWith("./")) expect(existsSync(join(DEPLOY, source))).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
      }
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(Object.keys(compose.services)).toContain(other);
        expect(condition).toBe("service_healthy");
      }
    },
  );

  test("has two servers with a quarter of a core and 512 MB", () => {
    const limits = services
      .filter(([name]) => name.startsWith("server-"))
      .map(([, { deploy }]) => deploy.resources.limits);
    expect(limits).toEqual([
      { cpus: "0.25", memory: "512M" },
      { cpus: "0.25", memory: "512M" },
    ]);
  });

  test.each(services.filter(([, { build }]) => build !== undefined))(
    "%s is given options that there are",
    (_, { command, environment }) => {
      const help = Bun.spawnSync([PROGRAM, command![0]!, "--help"]).stdout.toString();
      const variables = Object.keys(environment ?? {}).map((name) =>
        name.replace(/^SCALE_CHAT_/, "--").toLowerCase(),
      );
      const options = [...command!.slice(1).map((word) => word.split("=")[0]!), ...variables];
      for (const option of options) expect(help).toContain(`${option.replaceAll("_", "-")} `);
    },
  );

  test("asks a server with the program itself whether it takes clients", async () => {
    const server = await startServer();
    const [, , ...command] = compose.services["server-1"]!.healthcheck.test;
    const check = async () =>
      (await run(command, { env: { SCALE_CHAT_ADMIN_PORT: `${server.adminPort}` } })).exitCode;
    try {
      expect(await check()).toBe(0);
    } finally {
      await server.kill();
    }
    expect(await check()).toBe(1);
  });

  test("has the Prometheus of deploy/prometheus.yml, but for the balancer's address", async () => {
    const ours = JSON.stringify(await yaml("prometheus.yml"));
    expect(await yaml<object>("prometheus-compose.yml")).toEqual(
      JSON.parse(ours.replaceAll("127.0.0.1:3001", "balancer:3001")),
    );
  });

  test("has Grafana ask that Prometheus for what the dashboards show", async () => {
    const { datasources } = await yaml<{ datasources: Array<{ uid: string; url: string }> }>(
      "grafana/provisioning/datasources/prometheus.yml",
    );
    const [{ uid, url } = { uid: "", url: "" }] = datasources;
    expect(url).toBe("http://prometheus:9090");
    for (const name of ["service", "host"]) {
      const text = await Bun.file(join(DEPLOY, `grafana/dashboards/${name}.json`)).text();
      const uids = [...text.matchAll(/"datasource": \{\s*"type": "prometheus",\s*"uid": "(\w+)"/g)].map(
        ([, id]) => id,
      );
      expect(new Set(uids)).toEqual(new Set([uid]));
    }
  });
});

describe.skipIf(!hasPrometheus)("promtool (needs prometheus)", () => {
  test.each([
    ["check", "config", "prometheus.yml"],
    ["check", "config", "prometheus-compose.yml"],
    ["check", "rules", "alerts.yml"],
    ["test", "rules", "alerts.test.yml"],
  ])("%s %s deploy/%s", (verb, what, file) => {
    const { exitCode, stdout, stderr } = Bun.spawnSync([tools.promtool!, verb, what, join(DEPLOY, file)]);
    expect(`${stdout}${stderr}`).toContain("SUCCESS");
    expect(exitCode).toBe(0);
  });
});

test("every alert is tested, and says what to do", async () => {
  interface Rule {
    alert: string;
    labels: { severity: string };
    annotations: { summary: string; action: string };
  }
  const { groups } = await yaml<{ groups: Array<{ rules: Rule[] }> }>("alerts.yml");
  const tests = await Bun.file(join(DEPLOY, "alerts.test.yml")).text();
  for (const { alert, labels, annotations } of groups.flatMap(({ rules }) => rules)) {
    expect(tests.match(new RegExp(`expr: 'ALERTS\\{alertname="${alert}"`, "g"))).toHaveLength(2);
    expect(["page", "ticket"]).toContain(labels.severity);
    expect(annotations.summary.length).toBeGreaterThan(20);
    expect(annotations.action.length).toBeGreaterThan(20);
  }
});
