/**
 * How often each promise was broken, counted for each client that it was broken to: a message that two clients
 * did not see was lost twice.
 *
 * A client is judged by all that its connection made of its sockets, and each socket by itself, from the place that it
 * was asked for to the last message that came over it: what another socket brought does not make up for it. Below, a
 * client is either, but for what is lost: to a socket only what stands in between and did not come.
 *
 * - `lost`: acknowledged, not seen by a client that was in the room when the message was published, or whose
 *   place is before the message's; unless a gap that the client was told of covers it. A gap between two epochs covers
 *   what nobody saw in the epoch that this client is in, if the message was published before the log was lost, and the
 *   client told after.
 * - `repeated`: the same message seen again by the same client, under whatever offset; unless the log was lost in
 *   between, and with it the memory of the message, before its sender knew that it was stored. Over a socket, also what
 *   stands before the place that it was asked for.
 * - `reordered`: seen after a message that has to come after it: its offset is lower than one seen before, another
 *   client saw the two in the other order, the same sender published it earlier, or its offset is held by another
 *   message at another client. Each epoch has an order of its own. A message that someone saw in an epoch that was lost,
 *   or that the lost log held, before its sender knew comes again after those that followed it: in the new epoch its sender's order is not judged.
 * - `unreportedGaps`: jumps of the offset over messages that the client was not told of and that never came, and
 *   changes of the epoch that it was not told of, unless it had nothing of the old one: that is then no gap, but what
 *   was acknowledged in the old one is lost. A socket has to tell it before its first message of the new one.
 * - `needlessGaps`: gaps that a client was told of although nothing was lost: messages that the log still had to hold,
 *   more epochs than the log was lost, an epoch told twice or come back to.
 */
export interface Counts {
  lost: number;
  repeated: number;
  reordered: number;
  unreportedGaps: number;
  needlessGaps: number;
}

/** The counts, in the order in which they are shown. */
export const COUNTED = ["lost", "repeated", "reordered", "unreportedGaps", "needlessGaps"] as const;

export const nothingWrong = (): Counts => ({
  ...{ lost: 0, repeated: 0, reordered: 0, unreportedGaps: 0, needlessGaps: 0 },
});
