import { exchange, judgeHttp } from "../exchange.ts";
import { hostileRequests, soundRequest } from "../requests.ts";
import { startUnderFire } from "../server.ts";
import type { Target } from "../target.ts";
import { PATHS } from "./paths.ts";

const PUBLIC = [...PATHS, "/app.js", "/style.css", "/favicon.svg", "/healthz", "/nowhere", "*"];
const ADMIN = ["/healthz", "/readyz", "/stats", "/metrics", "/", "/nowhere"];

/**
 * Requests to both ports of a server, several behind each other: an answer of HTTP or none, never a defect; and an answer
 * to each that is sound.
 */
export async function http(): Promise<Target> {
  const server = await startUnderFire();
  return {
    parallel: 64,
    async attempt(chance, note) {
      const isAdmin = chance.odds(0.3);
      const paths = isAdmin ? ADMIN : PUBLIC;
      const isSound = chance.odds(0.1);
      const bytes = isSound ? soundRequest(chance, paths) : hostileRequests(chance, paths);
      note({ isAdmin, bytes: bytes.toString("latin1") });
      const port = isAdmin ? server.adminPort : server.port;
      judgeHttp(await exchange(port, bytes, isSound), isSound);
    },
    check: server.check,
    close: server.close,
  };
}
