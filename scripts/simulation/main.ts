import { DEFAULT_POLICY } from "../../src/fleet/policy/options.ts";
import { formatCount } from "../../src/lib/format.ts";
import { readArguments } from "../arguments.ts";
import { Ours, Plain } from "./rules.ts";
import { type MakeRules, Simulation, type Size } from "./simulate.ts";
import { type Column, renderTable } from "./table.ts";

/** Without rooms kept together everybody is everywhere: too much to simulate at full size. */
const PLAIN_SERVERS = 100;

const values = readArguments("simulate", {
  servers: { type: "string", default: "1000" },
  users: { type: "string", default: "10000000" },
  hours: { type: "string", default: "24" },
  seed: { type: "string", default: "1" },
  step: { type: "string", default: "1" },
  "no-plain": { type: "boolean", default: false },
  set: { type: "string", multiple: true, default: [] },
});

const number = (name: "servers" | "users" | "hours" | "seed" | "step", lowest: number): number => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= lowest) return value;
  console.error(`simulate: --${name} ${values[name]}: not a whole number of at least ${lowest}`);
  process.exit(2);
};
const size: Size = {
  servers: number("servers", 1),
  users: number("users", 1000),
  hours: number("hours", 1),
  seed: number("seed", 0),
  step: number("step", 1),
};
const policy = { ...DEFAULT_POLICY };
for (const change of values.set) {
  const [name, value] = change.split("=") as [keyof typeof policy, string | undefined];
  if (policy[name] === undefined || !Number.isFinite(Number(value ?? "x"))) {
    console.error(`simulate: --set ${change}: not an option of the policy and a number; try growAbove=0.9`);
    process.exit(2);
  }
  policy[name] = Number(value);
}

function simulate(title: string, of: Size, makeRules: MakeRules): Column {
  const started = performance.now();
  const simulation = new Simulation(of, policy, makeRules);
  const summary = simulation.run((hour) => {
    const seconds = Math.round((performance.now() - started) / 1000);
    console.error(
      `${title}: hour ${hour}, ${formatCount(simulation.world.servers.length)} servers, ${seconds} s`,
    );
  });
  return { title: `${title}\n${formatCount(of.servers)} servers\n${formatCount(of.users)} users`, summary };
}

const columns: Column[] = [];
if (!values["no-plain"]) {
  const part = Math.max(1, size.servers / PLAIN_SERVERS);
  const small = { ...size, servers: Math.round(size.servers / part), users: Math.round(size.users / part) };
  columns.push(simulate("plain", small, (world, options) => new Plain(world, options)));
  if (part > 1) columns.push(simulate("scale-chat", small, (world, options) => new Ours(world, options)));
}
columns.push(simulate("scale-chat", size, (world, options) => new Ours(world, options)));
console.log(renderTable(columns));
