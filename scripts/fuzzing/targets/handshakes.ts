import { exchange, judgeHttp } from "../exchange.ts";
import { mutateBytes, mutateText } from "../mutate.ts";
import { startUnderFire } from "../server.ts";
import type { Target } from "../target.ts";
import { PATHS } from "./paths.ts";
import { handshake } from "./websocket.ts";

/** Whole handshakes, most of them with some of their bytes wrong: a connection, a refusal, or the end. */
export async function handshakes(): Promise<Target> {
  const server = await startUnderFire();
  return {
    parallel: 64,
    async attempt(chance, note) {
      const path = chance.pick(PATHS);
      const isNative = chance.odds(0.5);
      const isSound = chance.odds(0.1);
      const bytes = isSound
        ? handshake(path, isNative)
        : mutateBytes(chance, handshake(mutateText(chance, path), isNative));
      note(bytes.toString("latin1"));
      judgeHttp(await exchange(server.port, bytes, isSound), isSound);
    },
    check: server.check,
    close: server.close,
  };
}
