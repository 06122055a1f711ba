import { Database } from "bun:sqlite";
import { accessSync, closeSync, constants, existsSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf, OperationError, systemCode } from "../../lib/errors.ts";
import type { DataSync } from "./sync.ts";

/** "sCht" in the header of our files: what `file` and SQLite call the application id. */
const APPLICATION_ID = 0x73436874;
const SCHEMA_VERSION = 1;

/**
 * One epoch for the whole file: as long as it exists, no room's offsets start again. `at` is when a message was
 * stored, milliseconds since the epoch; `key` is its session and id, for the dedupe, NULL without a session.
 * `message_id` keeps its type: INTEGER or TEXT.
 */
const SCHEMA = `
  CREATE TABLE log (epoch TEXT NOT NULL) STRICT;
  CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, head INTEGER NOT NULL) STRICT;
  CREATE TABLE messages (
    room INTEGER NOT NULL, "offset" INTEGER NOT NULL, message_id ANY NOT NULL, sender TEXT NOT NULL,
    text TEXT NOT NULL, sent_at TEXT NOT NULL, "key" TEXT, at INTEGER NOT NULL,
    PRIMARY KEY (room, "offset")
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX messages_at ON messages (at);
`;

/**
 * Opens the file of a durable log, or creates it under `newEpoch`. Throws `OperationError`, with the file untouched, when it is
 * something else, damaged, of a newer version, or in use.
 */
export function openLogFile(path: string, sync: DataSync, newEpoch: string): Database {
  const isNew = checkLogFile(path) === "new";
  let database: Database;
  try {
    database = new Database(path, { create: true, strict: true });
  } catch (error) {
    throw new OperationError(`Cannot open ${path}: ${messageOf(error)}`);
  }
  try {
    // Nobody else may write: offsets are counted in memory.
    database.run("PRAGMA locking_mode = EXCLUSIVE");
    if (isNew) create(database, newEpoch);
    else check(database, path);
    database.run("PRAGMA journal_mode = WAL");
    database.run(`PRAGMA synchronous = ${sync === "full" ? "FULL" : "NORMAL"}`);
    return database;
  } catch (error) {
    database.close();
    throw error instanceof OperationError ? error : refusal(path, error);
  }
}

/**
 * Whether a file of ours is there or would be made. Throws `OperationError` when it is something else or of a newer
 * version, or may not be written; whether it is damaged or in use shows when it is opened.
 */
export function checkLogFile(path: string): "new" | "ours" {
  const header = readHeader(path);
  if (header !== null) checkHeader(path, header);
  try {
    if (existsSync(path)) accessSync(path, constants.W_OK);
    // What is not in the file yet stands beside it.
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new OperationError(`Cannot open ${path}: ${messageOf(error)}`);
  }
  return header === null ? "new" : "ours";
}

function create(database: Database, epoch: string): void {
  // One transaction, in the journal mode that writes the header at once: a crash leaves all of it or nothing.
  database.transaction(() => {
    database.run(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.run(SCHEMA);
    database.query("INSERT INTO log VALUES (?)").run(epoch);
  })();
}

function check(database: Database, path: string): void {
  const answer = database.query("PRAGMA quick_check(1)").get() as { quick_check: string } | null;
  if (answer?.quick_check !== "ok") throw damaged(path, answer?.quick_check ?? "no answer");
}

function refusal(path: string, error: unknown): OperationError {
  const code = systemCode(error) ?? "";
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new OperationError(`Cannot open ${path}: another process is using it`);
  }
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return damaged(path, messageOf(error));
  return new OperationError(`Cannot open ${path}: ${messageOf(error)}`);
}

function damaged(path: string, why: string): OperationError {
  return new OperationError(
    `${path} is damaged (${why}); it was left as it is: restore a copy, or start with another --data file`,
  );
}

interface Header {
  magic: string;
  applicationId: number;
  version: number;
}

/** The first 100 bytes (sqlite.org/fileformat2.html, 1.3), read without SQLite, which might write. */
function readHeader(path: string): Header | null {
  if (!existsSync(path)) return null;
  const bytes = Buffer.alloc(100);
  let length: number;
  try {
    const fd = openSync(path, "r");
    length = readSync(fd, bytes, 0, bytes.length, 0);
    closeSync(fd);
  } catch (error) {
    throw new OperationError(`Cannot open ${path}: ${messageOf(error)}`);
  }
  if (length === 0) return null;
  return {
    magic: bytes.toString("latin1", 0, 16),
    applicationId: bytes.readUInt32BE(68),
    version: bytes.readUInt32BE(60),
  };
}

function checkHeader(path: string, { magic, applicationId, version }: Header): void {
  if (magic !== "SQLite format 3\0" || applicationId !== APPLICATION_ID) {
    throw new OperationError(
      `${path} is not a log of scale-chat; it was left as it is: choose another --data file`,
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new OperationError(`${path} was written by a newer version of scale-chat; it was left as it is`);
  }
}
