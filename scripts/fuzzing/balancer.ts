import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEvent, startBalancer, until } from "../../src/e2e/harness.ts";
import { Scrape } from "../../src/lib/metrics/test-scrape.ts";
import { type ServerUnderFire, talk } from "./server.ts";
import { promise } from "./target.ts";

/** A balancer that is shot at, and a client that means well at its server. */
export interface BalancerUnderFire extends ServerUnderFire {
  /** Headers that it knows something about. */
  headers: readonly string[];
}

const TOKEN = "0123456789abcdef";
/** Lines that are written at any level. */
const BEGINNINGS = ["balancing", "listening"];

export async function startBalancerUnderFire(): Promise<BalancerUnderFire> {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-fuzz-"));
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, TOKEN);
  const fleet = ["--min", "1", "--max", "1", "--admin-token-file", tokenFile, "--log-level", "error"];
  const balancer = await startBalancer(fleet);
  await until(() => findEvent(balancer.stdout, "listening"), "its server");
  return {
    port: balancer.port,
    adminPort: balancer.adminPort,
    headers: [`Authorization: Bearer ${TOKEN}`],
    async check() {
      const named = await fetch(`http://127.0.0.1:${balancer.port}/servers/provision?room=others`);
      const { url } = (await named.json()) as { url?: string };
      promise(url !== undefined, `a server is named, not HTTP ${named.status}`);
      await talk(url);
      const lines = balancer.stdout.trimEnd().split("\n");
      const error = lines.find((line) => !BEGINNINGS.includes(JSON.parse(line).event));
      promise(error === undefined, `no errors in its log, but ${error}`);
      promise(balancer.stderr === "", `nothing said beside its log, but ${balancer.stderr.slice(0, 200)}`);
      return (await Scrape.of(balancer.adminPort)).value("process_resident_memory_bytes");
    },
    async close() {
      const exitCode = await balancer.stop();
      rmSync(folder, { recursive: true });
      promise(exitCode === 0, `it ends in order, not with ${exitCode}`);
    },
  };
}
