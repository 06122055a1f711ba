/** A room in which nothing was ever said is forgotten so long after the last server looked at it. */
const EMPTY_MS = 3_600_000;

/**
 * How both scripts begin: they leave `epoch`, `head` (the newest offset) and `replid` behind.
 *
 * Replication to a replica is asynchronous, and a snapshot is old: after a failover or a restart the newest messages
 * may be gone although they were delivered. Redis then has a new replication id. So a room's log remembers how far it
 * came under each id, and a caller that knows more than that has seen what is lost: the log begins again, in a new
 * epoch. A room without an epoch gets the one that is proposed. An epoch that begins is announced by a batch of
 * nothing: in a room where nobody speaks, the other servers would not learn of it.
 *
 * KEYS: meta, log. ARGV: the epoch to propose, then what the caller knows: an epoch ("" for nothing), an offset of
 * it, and the replication id under which it knows that; then the command that publishes, and its channel.
 */
const BEGIN = `
local function announce(epoch, replid, first, payloads)
  local batch = '{"e":"' .. epoch .. '","r":"' .. replid .. '","o":' .. first .. ',"m":[' .. payloads .. ']}'
  redis.call(ARGV[5], ARGV[6], batch)
end
local replid = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
local meta = redis.call('HMGET', KEYS[1], 'e', 's', 'r')
local epoch, head, earlier = meta[1], tonumber(meta[2] or 0), meta[3]
if epoch and earlier ~= replid then
  redis.call('HSET', KEYS[1], 'r', replid, 'end:' .. earlier, head)
end
if epoch and ARGV[2] == epoch and ARGV[4] ~= replid then
  if tonumber(ARGV[3]) > tonumber(redis.call('HGET', KEYS[1], 'end:' .. ARGV[4]) or 0) then epoch = false end
end
if not epoch then
  epoch, head = ARGV[1], 0
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'e', epoch, 'r', replid)
  redis.call('PEXPIRE', KEYS[1], ${EMPTY_MS})
  announce(epoch, replid, 1, '')
end
`;

/**
 * Stores a batch of one room and publishes it, as one step: after Centrifugo's `broker_history_add_stream.lua`.
 * Redis runs scripts one after the other, so the order of offsets is the order of publication.
 *
 * KEYS: meta, log, ids. ARGV: as above, then messages kept, milliseconds kept (0: for ever), the dedupe window in
 * milliseconds; then for each message its dedupe key ("" for none) and its payload (JSON). Dedupe keys are asked for and
 * added all at once: what a batch costs besides its entries is about a dozen commands, whatever is in it. Answers: the epoch, the
 * replication id, then for each message its offset, negative for one that was there before.
 */
export const PUBLISH_SCRIPT = `${BEGIN}
local kept, ttl, window = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local time = redis.call('TIME')
local number = math.floor((time[1] * 1000 + time[2] / 1000) / window)
local prefix = KEYS[3] .. ':' .. epoch .. ':'
local ids, before = prefix .. number, prefix .. (number - 1)
local keys, known, added = {}, {}, {}
for i = 10, #ARGV, 2 do
  if ARGV[i] ~= '' then keys[#keys + 1] = ARGV[i] end
end
if #keys > 0 then
  local these, those = redis.call('HMGET', ids, unpack(keys)), redis.call('HMGET', before, unpack(keys))
  for i, key in ipairs(keys) do known[key] = these[i] or those[i] end
end
local answers, fresh, first = { epoch, replid }, {}, head + 1
for i = 10, #ARGV, 2 do
  local key, payload = ARGV[i], ARGV[i + 1]
  if known[key] then
    answers[#answers + 1] = -tonumber(known[key])
  else
    head = head + 1
    if kept > 0 then redis.call('XADD', KEYS[2], 'MAXLEN', kept, head .. '-0', 'm', payload) end
    if key ~= '' then
      known[key] = head
      added[#added + 1], added[#added + 2] = key, head
    end
    fresh[#fresh + 1] = payload
    answers[#answers + 1] = head
  end
end
if #added > 0 then
  redis.call('HSET', ids, unpack(added))
  redis.call('PEXPIRE', ids, 3 * window)
end
if #fresh > 0 then
  redis.call('HSET', KEYS[1], 's', head)
  if first == 1 then redis.call('PERSIST', KEYS[1]) end
  announce(epoch, replid, first, table.concat(fresh, ','))
end
if ttl > 0 then
  redis.call('PEXPIRE', KEYS[2], ttl)
  redis.call('PEXPIRE', KEYS[1], ttl + 86400000)
end
return answers
`;

/**
 * Reads a room. KEYS: meta, log. ARGV: as above, then the epoch and offset after which to read ("" for the newest),
 * the limit, and the time in milliseconds before which messages have expired (0: none has). Answers: the epoch, the
 * replication id, the newest offset, then the entries as offset and payload, oldest first.
 *
 * Only a beginning expires, never a message behind one that is given: the servers' clocks may differ a little, and a
 * page without a hole is worth more than a millisecond. The beginning is found by halving, not by reading it.
 */
export const HISTORY_SCRIPT = `${BEGIN}
local limit, oldest = tonumber(ARGV[9]), tonumber(ARGV[10])
local function offset_of(entry) return tonumber(string.match(entry[1], '^%d+')) end
local function has_expired(entry)
  return tonumber(string.match(entry[2][2], '(%d+)%]$') or oldest) < oldest
end
local function first_fresh(low)
  local high = head + 1
  while oldest > 0 and low < high do
    local middle = math.floor((low + high) / 2)
    local entry = redis.call('XRANGE', KEYS[2], middle .. '-0', '+', 'COUNT', 1)[1]
    if entry and has_expired(entry) then low = offset_of(entry) + 1 else high = middle end
  end
  return low
end
local answers = { epoch, replid, head }
if head == 0 then redis.call('PEXPIRE', KEYS[1], ${EMPTY_MS}) end
if limit == 0 then return answers end
local from = 1
if ARGV[7] == '' then from = math.max(1, head - limit + 1)
elseif ARGV[7] == epoch and tonumber(ARGV[8]) <= head then from = tonumber(ARGV[8]) + 1 end
local entries = redis.call('XRANGE', KEYS[2], first_fresh(from) .. '-0', '+', 'COUNT', limit)
for _, entry in ipairs(entries) do
  answers[#answers + 1] = offset_of(entry)
  answers[#answers + 1] = entry[2][2]
end
return answers
`;
