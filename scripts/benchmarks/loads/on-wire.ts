/**
 * `on-wire.ts nats loadtest --url wss://… …`: the program from its source, with another protocol below its WebSockets.
 * So the very same load test drives servers that do not take a chat's frames as they are. For plain connections it has
 * sockets of its own, for encrypted ones those of the platform: so these are what it is told of, and what is replaced
 * here. Nothing is encrypted.
 */
import { execute } from "../../../src/cli/execute.ts";
import { processRuntime } from "../../../src/cli/runtime.ts";
import { buildProgram } from "../../../src/commands/program.ts";
import { WIRES, type Wire } from "../wires/wire.ts";

const [wire, ...args] = process.argv.slice(2) as [Wire, ...string[]];
const openSocket = WIRES[wire];
function TranslatedWebSocket(url: string) {
  return openSocket(url, []);
}
Object.assign(globalThis, { WebSocket: TranslatedWebSocket });

const self = [process.execPath, Bun.main, wire];
const runtime = processRuntime((code) => process.exit(code));
const here = { ...runtime, args, self };
process.exitCode = await execute(buildProgram(here), args, here);
