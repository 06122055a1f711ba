import { expect, test } from "bun:test";
import { parseClusterAddress, parseRedisAddress } from "./address.ts";
import { linksTo } from "./connect.ts";
import { end } from "./links.ts";

/** How RFC 8446, 5.1, has a record begin that is part of a handshake. */
const TLS_HANDSHAKE = 0x16;

test.each([
  ["redis:", (host: string) => parseRedisAddress(`redis://:secret@${host}`), false],
  ["rediss:", (host: string) => parseRedisAddress(`rediss://:secret@${host}`), true],
  ["redis+sentinel:", (host: string) => parseRedisAddress(`redis+sentinel://:secret@${host}/chat`), false],
  ["rediss+sentinel:", (host: string) => parseRedisAddress(`rediss+sentinel://:secret@${host}/chat`), true],
  ["a cluster", (host: string) => parseClusterAddress(`redis://:secret@${host}`), false],
  ["a cluster, rediss:", (host: string) => parseClusterAddress(`rediss://:secret@${host}`), true],
])("the first byte over %s is encrypted where it has to be", async (_, addressOf, isEncrypted) => {
  const first = Promise.withResolvers<number>();
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: (_, bytes) => first.resolve(bytes[0]!) },
  });
  const { commands } = linksTo(addressOf(`127.0.0.1:${listener.port}`)!);
  commands.on("error", () => {});
  commands.connect().catch(() => {}); // Nobody answers.
  expect((await first.promise) === TLS_HANDSHAKE).toBe(isEncrypted);
  end(commands);
  listener.stop(true);
});

test("what is behind Sentinels is spoken to as they are", () => {
  for (const [scheme, isEncrypted] of [
    ["redis", undefined],
    ["rediss", true],
  ] as const) {
    const { commands } = linksTo(parseRedisAddress(`${scheme}+sentinel://127.0.0.1/chat`)!);
    expect(commands.options).toMatchObject({ name: "chat" });
    expect(
      (commands.options as { enableTLSForSentinelMode?: boolean }).enableTLSForSentinelMode || undefined,
    ).toBe(isEncrypted);
    end(commands);
  }
});
