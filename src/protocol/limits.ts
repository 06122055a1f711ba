/** Numbers of the wire that both ends rely on. Sizes in characters are Unicode code points. */

export const MAX_ROOM_LENGTH = 128;
export const MAX_NAME_LENGTH = 64;
/** Longest `message_id` that is a string. */
export const MAX_MESSAGE_ID_LENGTH = 64;
export const MIN_SESSION_LENGTH = 16;
export const MAX_SESSION_LENGTH = 64;
/** Longest token: with it all headers of a handshake stay under what servers and proxies take. */
export const MAX_TOKEN_LENGTH = 6144;
/** Most messages that `?history=` may ask for. */
export const MAX_HISTORY_REQUEST = 1000;
/** Rooms of up to this many members tell names to those who ask; larger ones only count. */
export const MAX_NAMED_MEMBERS = 100;
/**
 * Replays and batches are cut into frames of about this many bytes, so that one frame fits the server's cork
 * buffer (16 KiB) and leaves in one system call.
 */
export const BATCH_BYTES = 15 * 1024;
/** Longest frame from a client where a server does not say: the default of `--max-payload`. */
export const DEFAULT_MAX_PAYLOAD = 64 * 1024;
