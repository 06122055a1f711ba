import { expect, test } from "bun:test";
import { environmentName, flagOf } from "./flags.ts";

test("an option has one name in three ways of writing", () => {
  expect(flagOf("maxConnectionsPerIp")).toBe("--max-connections-per-ip");
  expect(environmentName("--max-connections-per-ip")).toBe("SCALE_CHAT_MAX_CONNECTIONS_PER_IP");
  expect(environmentName("--no-csv")).toBe("SCALE_CHAT_NO_CSV");
  expect(environmentName("-h")).toBe("SCALE_CHAT_H");
});
