import { $ } from "bun";
import { numberIn } from "./wire-tap.ts";

/** A message that a log held when it was lost. */
export interface Held {
  room: string;
  epoch: string;
  sender: string;
  number: number;
}

/** Answers with every message: the key of its room's log, the epoch, the payload as far as its number goes. */
const READ = `
local held = {}
for _, key in ipairs(redis.call('KEYS', '*:log:*')) do
  local epoch = redis.call('HGET', string.gsub(key, ':log:', ':meta:', 1), 'e')
  for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do
    local payload = cjson.decode(entry[2][2])
    held[#held + 1] = { key, epoch, payload[2], string.sub(payload[3], 1, 12) }
  end
end
`;

/** What the log over a Redis holds. */
export function readHeld(port: number): Promise<Held[]> {
  return run(port, `${READ} return cjson.encode(held)`);
}

/** The same, and FLUSHALL in one step: nothing is stored in between. */
export function emptyHeld(port: number): Promise<Held[]> {
  return run(port, `${READ} redis.call('FLUSHALL') return cjson.encode(held)`);
}

async function run(port: number, script: string): Promise<Held[]> {
  const answer = await $`redis-cli -p ${port} --raw eval ${script} 0`.quiet().text();
  let rows: Array<[key: string, epoch: string, sender: string, text: string]>;
  try {
    // An empty table is an object to Lua.
    rows = answer.trim() === "{}" ? [] : JSON.parse(answer);
  } catch {
    throw new Error(`what Redis held cannot be read: ${answer.slice(0, 200)}`);
  }
  return rows.map(([key, epoch, sender, text]) => ({
    ...{ room: key.slice(key.indexOf("}:") + 2), epoch, sender, number: numberIn(text) },
  }));
}
