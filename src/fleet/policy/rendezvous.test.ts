import { expect, test } from "bun:test";
import { hash32 } from "../../lib/hash.ts";
import { rendezvousScore } from "./rendezvous.ts";

const hashes = new Map<string, number>();
const hash = (text: string): number => {
  const known = hashes.get(text) ?? hash32(text);
  hashes.set(text, known);
  return known;
};
const favourite = (room: string, servers: readonly string[]): string => {
  const score = (server: string) => rendezvousScore(hash(room), hash(server));
  return servers.reduce((best, server) => (score(server) > score(best) ? server : best));
};
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

test.each([
  ["room-", "server-", 4],
  ["room-", "s", 16],
  ["", "", 10],
  ["r", "127.0.0.1:40", 100],
])("rooms %p… spread evenly over %p… x %d", (rooms, servers, count) => {
  const ids = names(servers, count);
  const tally = new Map(ids.map((id) => [id, 0]));
  const total = 200 * count;
  for (const room of names(rooms, total)) {
    const id = favourite(room, ids);
    tally.set(id, tally.get(id)! + 1);
  }
  // Chi-square with count - 1 degrees of freedom: its mean is count - 1, its deviation sqrt(2 (count - 1)).
  const chi = [...tally.values()].reduce((sum, seen) => sum + (seen - 200) ** 2 / 200, 0);
  expect(chi).toBeLessThan(count - 1 + 5 * Math.sqrt(2 * (count - 1)));
});

test("the second choices of one server's rooms are spread over all others", () => {
  const ids = names("s", 10);
  const tally = new Map<string, number>();
  for (const room of names("room-", 20_000)) {
    if (favourite(room, ids) !== "s3") continue;
    const second = favourite(
      room,
      ids.filter((id) => id !== "s3"),
    );
    tally.set(second, (tally.get(second) ?? 0) + 1);
  }
  expect(tally.size).toBe(9);
  for (const seen of tally.values()) expect(Math.abs(seen - 2000 / 9)).toBeLessThan(80);
});

test("a server that comes takes its share and nothing else moves", () => {
  const before = names("s", 10);
  const after = [...before, "s10"];
  const moved = names("room-", 11_000).filter((room) => favourite(room, before) !== favourite(room, after));
  expect(Math.abs(moved.length - 1000)).toBeLessThan(150);
  for (const room of moved) expect(favourite(room, after)).toBe("s10");
});
