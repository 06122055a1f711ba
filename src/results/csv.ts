/** The columns of a results file, in order. Files of the older form have the first five and no header. */
export const CSV_COLUMNS = [
  "message_id",
  "sender_id",
  "client_id",
  "type",
  "timestamp_us",
  "scheduled_us",
] as const;

export const CSV_HEADER = CSV_COLUMNS.join(",");

/**
 * One row each, newline included. Identifiers are the caller's own and hold neither commas nor quotes,
 * so nothing is escaped here; times are whole microseconds since the Unix epoch.
 */
export function sentRow(
  messageId: number,
  clientId: string,
  timestampUs: number,
  scheduledUs: number,
): string {
  return `${messageId},${clientId},${clientId},Sent,${timestampUs},${scheduledUs}\n`;
}

export function receivedRow(
  messageId: number,
  senderId: string,
  clientId: string,
  timestampUs: number,
): string {
  return `${messageId},${senderId},${clientId},Received,${timestampUs},\n`;
}
