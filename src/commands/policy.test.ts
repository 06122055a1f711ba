import { expect, test } from "bun:test";
import { CliCommand } from "../cli/command.ts";
import { FakeRuntime } from "../cli/fake-runtime.ts";
import { DEFAULT_POLICY } from "../fleet/policy/options.ts";
import { type PolicySettings, policyOf, policyOptions } from "./policy.ts";

async function parse(...args: string[]): Promise<PolicySettings> {
  let parsed!: PolicySettings;
  const command = new CliCommand("balance", new FakeRuntime()).sharing(policyOptions);
  command.runs<PolicySettings>(async (options) => {
    parsed = options;
    return 0;
  });
  await command.parseAsync(args, { from: "user" });
  return parsed;
}

test("without options the policy is the default one, with one server a core at most", async () => {
  expect(policyOf(await parse(), 4, DEFAULT_POLICY)).toEqual({ ...DEFAULT_POLICY, max: 4 });
});

test("each option reaches the policy", async () => {
  const settings = await parse(
    ...["--min", "2", "--max", "9", "--spawn-at", "2000", "--connections-at", "300", "--load-factor", "1.5"],
    ...["--quiet-below", "0.1", "--spare-below", "0.7", "--spawn-rest", "1s", "--shed-above", "1.2"],
    ...["--shed-lag", "20ms", "--shed-share", "10%", "--shed-rest", "2s", "--retire-below", "0.4"],
    ...["--retire-after", "3s", "--retire-age", "4s", "--retire-patience", "5s"],
    ...["--newcomer-factor", "1.3", "--grow-above", "0.9"],
  );
  expect(policyOf(settings, 4, DEFAULT_POLICY)).toEqual({
    ...DEFAULT_POLICY,
    ...{
      min: 2,
      max: 9,
      spawnAt: 2000,
      connectionsAt: 300,
      loadFactor: 1.5,
      quietBelow: 0.1,
      spareBelow: 0.7,
    },
    ...{ spawnRestMs: 1000, shedAbove: 1.2, shedLagMs: 20, shedShare: 0.1, shedRestMs: 2000 },
    ...{ retireBelow: 0.4, retireAfterMs: 3000, retireAgeMs: 4000, retirePatienceMs: 5000 },
    ...{ newcomerFactor: 1.3, growAbove: 0.9 },
  });
});
