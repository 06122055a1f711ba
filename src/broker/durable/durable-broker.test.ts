import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/log.ts";
import { brokerContract, CONTRACT_HISTORY } from "../broker.contract.ts";
import { DurableBroker } from "./durable-broker.ts";
import { openLogFile } from "./file.ts";
import { Store } from "./store.ts";

brokerContract("the durable broker", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-durable-"));
  const clock = new FakeClock();
  const store = new Store(openLogFile(join(folder, "chat.db"), "normal", "epoch1"));
  const broker = new DurableBroker(
    store,
    { history: CONTRACT_HISTORY, historyTtl: null },
    clock,
    silentLogger,
  );
  return { broker, clock, cleanUp: async () => rmSync(folder, { recursive: true }) };
});
