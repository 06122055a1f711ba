import { exchange } from "../exchange.ts";
import { mutateBytes, mutateText } from "../mutate.ts";
import { startUnderFire } from "../server.ts";
import { promise, type Target } from "../target.ts";
import { PATHS } from "./paths.ts";
import { handshake } from "./websocket.ts";

/** Whole handshakes with some of their bytes wrong: a connection, a refusal, or the end. */
export async function handshakes(): Promise<Target> {
  const server = await startUnderFire();
  return {
    name: "handshake",
    weight: 1,
    parallel: 64,
    async attempt(chance, note) {
      const bytes = mutateBytes(chance, handshake(mutateText(chance, chance.pick(PATHS)), chance.odds(0.5)));
      note(bytes.toString("latin1"));
      const answer = (await exchange(server.port, bytes)).toString("latin1", 0, 13);
      promise(answer === "" || /^HTTP\/1\.1 (?!500)\d{3} /.test(answer), `no defect, but ${answer}`);
    },
    check: server.check,
    close: server.close,
  };
}
