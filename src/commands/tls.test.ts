import { expect, test } from "bun:test";
import { type LogFields, silentLogger } from "../lib/log.ts";
import { RenewalFigures } from "../lib/metrics/renewal-metrics.ts";
import { renewAtHangup, terminalEnd, warnOfEnd } from "./tls.ts";

const DAY_MS = 86_400_000;
const NOW = 1_763_683_200_000;

function listeningLog() {
  const lines: Array<[event: string, fields: LogFields | undefined]> = [];
  const line = (event: string, fields?: LogFields) => void lines.push([event, fields]);
  return { lines, log: { ...silentLogger, info: line, warn: line, error: line } };
}

const cases: Array<[daysLeft: number, event: string | undefined]> = [
  [-1, "tls_expired"],
  [0, "tls_expired"],
  [0.5, "tls_expires_soon"],
  [13.9, "tls_expires_soon"],
  [14, undefined],
];
test.each(cases)("a certificate with %p days left: %p", (daysLeft, event) => {
  const { lines, log } = listeningLog();
  warnOfEnd({ cert: "", key: "", notAfter: NOW + daysLeft * DAY_MS }, "cert.pem", NOW, log);
  expect(lines.map(([name]) => name)).toEqual(event === undefined ? [] : [event]);
});

test("what is warned of has its file and its end", () => {
  const { lines, log } = listeningLog();
  warnOfEnd({ cert: "", key: "", notAfter: NOW + 3 * DAY_MS }, "cert.pem", NOW, log);
  expect(lines).toEqual([
    ["tls_expires_soon", { cert: "cert.pem", not_after: "2025-11-24T00:00:00.000Z", days: 3 }],
  ]);
});

test("files that are of no use count, and leave what there was", () => {
  const { lines, log } = listeningLog();
  const figures = new RenewalFigures();
  const tls = { cert: "old", key: "old", notAfter: NOW };
  const renewTls = () => {
    throw new Error("never");
  };
  const tlsFiles = { certFile: "/nowhere/cert", keyFile: "/nowhere/key" };
  const renewals = renewAtHangup({
    tlsFiles,
    tls,
    listener: { renewTls },
    figures,
    log,
    onTerminalGone: null,
  });
  renewals.now();
  renewals.end();
  expect(lines).toEqual([["tls_kept", { error: "--tls-cert /nowhere/cert: there is no such file" }]]);
  expect(figures).toEqual({ tlsNotAfter: NOW, failures: { tls: 1, auth_keys: 0 } });
});

test.each([
  ["in a terminal it stops", true, []],
  ["in none it goes on", false, ["nothing_to_reload"]],
] as const)("a hangup without a certificate: %s", (_, isTTY, events) => {
  const { lines, log } = listeningLog();
  const received: string[] = [];
  const shutdown = { receive: (signal: string) => void received.push(signal) };
  const stderr = { isTTY } as NodeJS.WriteStream;
  const renewals = renewAtHangup({
    ...{ tlsFiles: null, tls: null, listener: { renewTls() {} }, figures: new RenewalFigures(), log },
    onTerminalGone: terminalEnd({ stderr }, shutdown),
  });
  process.emit("SIGHUP");
  renewals.end();
  expect(lines.map(([event]) => event)).toEqual([...events]);
  expect(received).toEqual(isTTY ? ["SIGTERM"] : []);
});
