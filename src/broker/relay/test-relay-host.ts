/** The other side of a relay in a process of its own, as `balance` is: a memory broker behind IPC. */
import { systemClock } from "../../lib/clock.ts";
import { CONTRACT_HISTORY } from "../broker.contract.ts";
import { MemoryBroker } from "../memory/memory-broker.ts";
import type { RelayRequest } from "./relay-frames.ts";
import { RelayHost } from "./relay-host.ts";

const broker = new MemoryBroker({ history: CONTRACT_HISTORY }, systemClock, Math.random);
const host = new RelayHost(broker, (batch) => process.send!(batch));
process.on("message", (batch: RelayRequest[]) => host.receive(batch));
process.on("disconnect", () => process.exit());
process.send!("ready");
