/** A room without an epoch gets the one that is proposed; what is left of an older log goes. */
const ENSURE_EPOCH = `
local epoch = redis.call('HGET', KEYS[1], 'e')
if not epoch then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'e', epoch)
  redis.call('DEL', KEYS[2])
end
`;

/**
 * Stores a batch of one room and publishes it, as one step: after Centrifugo's `broker_history_add_stream.lua`.
 * Redis runs scripts one after the other, so the order of offsets is the order of publication.
 *
 * KEYS: meta, log, ids. ARGV: an epoch should there be none, messages kept, milliseconds kept (0: for ever), the dedupe
 * window in milliseconds, the channel; then for each message its dedupe key ("" for none) and its payload (JSON).
 * Answers: the epoch, then for each message its offset, negative for one that was there before.
 */
export const PUBLISH_SCRIPT = `
${ENSURE_EPOCH}local kept, ttl, window = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local number = math.floor((time[1] * 1000 + time[2] / 1000) / window)
local ids, before = KEYS[3] .. ':' .. number, KEYS[3] .. ':' .. (number - 1)
local answers, fresh, first = { epoch }, {}, nil
for i = 6, #ARGV, 2 do
  local key, payload = ARGV[i], ARGV[i + 1]
  local known = key ~= '' and (redis.call('HGET', ids, key) or redis.call('HGET', before, key))
  if known then
    answers[#answers + 1] = -tonumber(known)
  else
    local offset = redis.call('HINCRBY', KEYS[1], 's', 1)
    if kept > 0 then redis.call('XADD', KEYS[2], 'MAXLEN', kept, offset .. '-0', 'm', payload) end
    if key ~= '' then redis.call('HSET', ids, key, offset) end
    first = first or offset
    fresh[#fresh + 1] = payload
    answers[#answers + 1] = offset
  end
end
redis.call('PEXPIRE', ids, 3 * window)
if ttl > 0 then
  redis.call('PEXPIRE', KEYS[2], ttl)
  redis.call('PEXPIRE', KEYS[1], ttl + 86400000)
end
if first then
  redis.call('PUBLISH', ARGV[5], '{"e":"' .. epoch .. '","o":' .. first .. ',"m":[' .. table.concat(fresh, ',') .. ']}')
end
return answers
`;

/**
 * Reads a room. KEYS: meta, log. ARGV: an epoch should there be none, the epoch and offset after which to read ("" for
 * the newest), the limit. Answers: the epoch, the newest offset, then the entries as offset and payload, oldest first.
 */
export const HISTORY_SCRIPT = `
${ENSURE_EPOCH}local head, limit = tonumber(redis.call('HGET', KEYS[1], 's') or 0), tonumber(ARGV[4])
local answers = { epoch, head }
if limit == 0 then return answers end
local entries
if ARGV[2] == '' then
  entries = {}
  local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', limit)
  for i = #newest, 1, -1 do entries[#entries + 1] = newest[i] end
else
  local after = 0
  if ARGV[2] == epoch and tonumber(ARGV[3]) <= head then after = tonumber(ARGV[3]) end
  entries = redis.call('XRANGE', KEYS[2], (after + 1) .. '-0', '+', 'COUNT', limit)
end
for _, entry in ipairs(entries) do
  answers[#answers + 1] = tonumber(string.match(entry[1], '^%d+'))
  answers[#answers + 1] = entry[2][2]
end
return answers
`;
