import { startBalancerUnderFire } from "../balancer.ts";
import { exchange, judgeHttp } from "../exchange.ts";
import { mutateBytes, mutateText } from "../mutate.ts";
import { hostileRequests, soundRequest } from "../requests.ts";
import type { Target } from "../target.ts";
import { PATHS } from "./paths.ts";
import { handshake } from "./websocket.ts";

const PUBLIC = [
  ...["/servers/provision?room=tea", "/servers/provision?room=J%C3%B6rg%27s%20room", "/servers/provision"],
  ...["/servers/provision?room=%00", "/servers/provision?room=a&room=b", "/healthz", "/", "/nowhere", "*"],
];
const ADMIN = [
  ...["/", "/app.js", "/style.css", "/healthz", "/readyz", "/servers", "/servers/abcdef", "/stats"],
  ...["/stats?series=1", "/events", "/metrics", "/prometheus/targets", "/nowhere"],
];

/** Requests and handshakes to both ports of a balancer: an answer of HTTP or none, never a defect. */
export async function balance(): Promise<Target> {
  const balancer = await startBalancerUnderFire();
  return {
    parallel: 64,
    async attempt(chance, note) {
      const isAdmin = chance.odds(0.5);
      const isSound = chance.odds(0.1);
      const paths = isAdmin ? ADMIN : PUBLIC;
      const bytes = isSound
        ? soundRequest(chance, paths)
        : chance.odds(0.2)
          ? mutateBytes(
              chance,
              handshake(mutateText(chance, chance.pick([...PATHS, ...paths])), chance.odds(0.5)),
            )
          : hostileRequests(chance, paths, balancer.headers);
      note({ isAdmin, bytes: bytes.toString("latin1") });
      judgeHttp(await exchange(isAdmin ? balancer.adminPort : balancer.port, bytes, isSound), isSound);
    },
    check: balancer.check,
    close: balancer.close,
  };
}
