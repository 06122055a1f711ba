import { alignedClock } from "../../lib/clock.ts";
import type { ProcessChannel } from "../../lib/process-channel.ts";
import type { Random } from "../../lib/random.ts";
import { sharingSockets } from "../chatter/shared-texts.ts";
import type { SignToken } from "../crowd/tokens.ts";
import type { LoadOptions } from "../options.ts";
import { RowWriter } from "../record/row-writer.ts";
import { type GeneratorNews, type GeneratorOrder, SNAPSHOT_MS } from "./generator-port.ts";
import { LoadGenerator } from "./load-generator.ts";

/**
 * The other side of a `RemoteGenerator`: does what it is told until the process that started it lets it go, or is
 * gone.
 */
export function generateFor(
  channel: ProcessChannel,
  random: Random,
  tokensFor: (options: LoadOptions) => SignToken | undefined,
): Promise<void> {
  const { promise: over, resolve: end, reject: fail } = Promise.withResolvers<void>();
  const tell = (news: GeneratorNews) => channel.send(news);
  let generator: LoadGenerator | null = null;
  const timer = setInterval(() => {
    if (generator !== null) tell({ type: "snapshot", snapshot: generator.snapshot() });
  }, SNAPSHOT_MS);

  const obey = async (order: GeneratorOrder): Promise<void> => {
    if (order.type === "share") {
      const { options, runId, share, path } = order;
      const rows = path === null ? null : new RowWriter(path);
      generator = new LoadGenerator(options, {
        ...{ clock: alignedClock(), openSocket: sharingSockets(), random, runId, share, rows },
        signToken: tokensFor(options),
        onSayings: (sayings) => tell({ type: "sayings", sayings }),
      });
      return;
    }
    if (generator === null) throw new Error(`told to ${order.type} before it knew its share`);
    switch (order.type) {
      case "connect":
        tell({ type: "connected", present: await generator.connect() });
        break;
      case "send":
        await generator.send(order.startedAt);
        tell({ type: "sent" });
        break;
      case "learn":
        generator.learn(order.sayings);
        break;
      case "stop":
        generator.stop();
        break;
      case "leave":
        // It stays until the other side has read this and lets it go.
        tell({ type: "left", account: await generator.leave() });
        break;
    }
  };
  channel.onFrame = (order: GeneratorOrder) => void obey(order).catch(fail);
  channel.onLost = end;
  tell({ type: "ready" });
  return over.finally(() => {
    clearInterval(timer);
    channel.close();
  });
}
