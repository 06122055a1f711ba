import { beforeEach, expect, test } from "bun:test";
import { CliCommand } from "../cli/command.ts";
import { FakeRuntime } from "../cli/fake-runtime.ts";
import { balanceCommand } from "./balance.ts";
import type { BalanceCommandOptions } from "./balance-options.ts";
import { childProgram } from "./child-program.ts";
import { serveCommand } from "./serve.ts";

/** What `balance` may be told that is for its servers, and is not what they do by themselves. */
const TOLD = [
  ...["--host=127.0.0.1", "--admin-host=127.0.0.2"],
  ...["--tls-cert=cert.pem", "--tls-key=key.pem", "--auth-key-file=a.jwk", "--auth-key-file=b.jwk"],
  ...["--redis=redis://:sesame@127.0.0.1:1", "--redis-password-file=password", "--redis-prefix=other"],
  ...["--history=7", "--history-ttl=90s"],
  ...["--max-payload=1KiB", "--backpressure-limit=2KiB", "--batch-window=3ms"],
  ...["--idle-timeout=9s", "--drain-timeout=4s"],
  ...["--origin=https://a.example", "--trusted-proxies=10.0.0.0/8;::1", "--max-connections=1"],
  ...["--max-connections-per-ip=2", "--handshakes-per-second=3", "--max-rooms=4", "--max-room-size=5"],
  ...["--messages-per-second=6", "--bytes-per-second=7KiB"],
  ...["--log-format=human", "--log-level=debug", "--debug-trace=1/50"],
];

/** Each with the reason why a child has its own. */
const ITS_OWN: Record<string, string> = {
  "--port": "any free one",
  "--admin-port": "any free one",
  "--advertise": "what the balancer knows of this machine",
  "--data": "the balancer holds the log",
  "--data-sync": "the balancer holds the log",
  "--history-bytes": "the balancer holds the log",
  "--redis-cluster": "instead of --redis",
  "--drain-to": "the balancer says where clients go",
  "--check": "for people",
};

let balance: CliCommand;
let serve: CliCommand;
beforeEach(() => {
  const runtime = new FakeRuntime();
  balance = new CliCommand("balance", runtime);
  balanceCommand(balance, runtime);
  serve = new CliCommand("serve", runtime);
  serveCommand(serve, runtime);
});

/** The servers of a balancer that was called like this: their command line and their variables. */
function childOf(args: readonly string[]) {
  balance.parseOptions([...args]);
  const options = balance.opts<BalanceCommandOptions>();
  const files = { certFile: "cert.pem", keyFile: "key.pem" };
  const { command, env } = childProgram(options, files, new FakeRuntime());
  return { args: command.slice(command.indexOf("serve") + 1), env };
}

test("every option of a server reaches those that a balancer starts, or is their own", () => {
  const { args, env } = childOf(TOLD);
  const told = new Set(args.map((arg) => arg.split("=")[0]));
  const forgotten = serve.options
    .filter(({ hidden, long, envVar }) => !hidden && !told.has(long!) && !((envVar ?? "") in env))
    .map(({ long }) => long!);
  expect(forgotten.filter((flag) => !(flag in ITS_OWN))).toEqual([]);
});

test("and says there what it said here", () => {
  const { args } = childOf(TOLD);
  serve.parseOptions([...args, "id"]);
  const here = balance.opts();
  const there = serve.options.filter(
    ({ long }) => !(long! in ITS_OWN) && args.some((arg) => arg.startsWith(`${long}=`)),
  );
  expect(there.length).toBeGreaterThan(20);
  for (const option of there) {
    const name = option.attributeName();
    expect([name, serve.opts()[name]]).toEqual([name, here[name]]);
    expect([name, serve.opts()[name]]).not.toEqual([name, option.defaultValue]);
  }
});

test("a password is not on a command line", () => {
  const { args, env } = childOf(TOLD);
  expect(args.join(" ")).not.toContain("sesame");
  expect(env.SCALE_CHAT_REDIS).toContain("sesame");
});
