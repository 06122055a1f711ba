import { expect, test } from "bun:test";
import { checkPorts } from "./ports.ts";

const cases: Array<[host: string, port: number, adminHost: string, adminPort: number, isFine: boolean]> = [
  ["0.0.0.0", 8080, "127.0.0.1", 8081, true],
  ["0.0.0.0", 8080, "127.0.0.1", 8080, false],
  ["10.0.0.1", 8080, "::", 8080, false],
  ["10.0.0.1", 8080, "10.0.0.1", 8080, false],
  ["10.0.0.1", 8080, "127.0.0.1", 8080, true],
  ["0.0.0.0", 0, "127.0.0.1", 0, true],
];
test.each(cases)("%s:%i and %s:%i", (host, port, adminHost, adminPort, isFine) => {
  const check = () => checkPorts({ host, port, adminHost, adminPort });
  if (isFine) expect(check).not.toThrow();
  else expect(check).toThrow(`--port and --admin-port are both ${port}`);
});
