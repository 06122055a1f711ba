import { describe, expect, test } from "bun:test";
import { parseClusterAddress, parseRedisAddress } from "./address.ts";

describe("the address of a Redis", () => {
  test.each([
    ["redis://127.0.0.1:6379", { kind: "single", at: { host: "127.0.0.1", port: 6379 }, access: {} }],
    ["redis://chat.test", { kind: "single", at: { host: "chat.test", port: 6379 }, access: {} }],
    ["redis://[::1]:7000/", { kind: "single", at: { host: "::1", port: 7000 }, access: {} }],
    ["redis://chat.test/3", { kind: "single", access: { db: 3 } }],
    ["redis://:p%40ss@chat.test", { kind: "single", access: { password: "p@ss" } }],
    ["redis://:50%@chat.test", { kind: "single", access: { password: "50%" } }],
    ["redis://ann:a:b@chat.test", { kind: "single", access: { username: "ann", password: "a:b" } }],
    ["rediss://chat.test:6380/0", { kind: "single", access: { tls: {}, db: 0 } }],
    [
      "redis+sentinel://a:26379,b/main",
      {
        kind: "sentinel",
        sentinels: [
          { host: "a", port: 26379 },
          { host: "b", port: 26379 },
        ],
        master: "main",
      },
    ],
    ["rediss+sentinel://:secret@a/main/2", { access: { password: "secret", tls: {}, db: 2 } }],
  ])("%s", (text, expected) => {
    expect(parseRedisAddress(text)).toMatchObject(expected);
  });

  test.each([
    ...["", "127.0.0.1:6379", "http://chat.test", "redis://", "redis://:secret@", "redis://a,b"],
    ...["redis://a:0", "redis://a:65536", "redis://a:x", "redis://a/x", "redis://a/1/2", "redis://a?db=1"],
    ...["redis+sentinel://a", "redis+sentinel://a/", "redis+sentinel://a/main/x", "redis+sentinel://a/m/1/2"],
  ])("%p is none", (text) => {
    expect(parseRedisAddress(text)).toBeNull();
  });

  test("is shown without its credentials", () => {
    expect(parseRedisAddress("redis://ann:secret@chat.test:7000/1")!.shown).toBe("chat.test:7000");
    expect(parseClusterAddress("redis://:secret@a:1,b:2")!.shown).toBe("a:1,b:2");
  });
});

describe("the address of a cluster", () => {
  test.each(["a:7000,b", "redis://a:7000,b", "redis://a:7000,b/"])("%s", (text) => {
    expect(parseClusterAddress(text)).toMatchObject({
      kind: "cluster",
      nodes: [
        { host: "a", port: 7000 },
        { host: "b", port: 6379 },
      ],
      access: {},
    });
  });

  test("may have credentials and TLS", () => {
    expect(parseClusterAddress("rediss://ann:secret@a")!.access).toEqual({
      username: "ann",
      password: "secret",
      tls: {},
    });
  });

  test.each(["", ",", "a:", "a,", "redis+sentinel://a/main", "redis://a/1", "http://a"])(
    "%p is none",
    (text) => {
      expect(parseClusterAddress(text)).toBeNull();
    },
  );
});
