import type { Database, Statement } from "bun:sqlite";
import { statSync } from "node:fs";
import type { ChatMessage, MessageId } from "../../protocol/message.ts";

/** A room as it stands on disk: its row, and its newest offset. */
export interface StoredRoom {
  id: number;
  head: number;
}

/** A message on its way to the disk. */
export interface StoredMessage {
  message: ChatMessage;
  /** Session and id, or `null` where nothing is deduped. */
  key: string | null;
  /** When it is stored, milliseconds since the epoch. */
  at: number;
}

interface MessageRow {
  offset: number;
  messageId: MessageId;
  sender: string;
  text: string;
  sentAt: string;
}

/** No row of `rooms` has this id. */
const NO_ROOM = 0;
/** A disk that has less room than the longest messages need is full. */
const PROBE_CHARACTERS = 64 * 1024;

/** The statements of a durable log. Everything here is synchronous and throws what SQLite says. */
export class Store {
  readonly epoch: string;
  /** Which file it is, wherever its name leads to by now. */
  private readonly inode: number | undefined;
  private readonly findRoom: Statement;
  private readonly addRoom: Statement;
  private readonly moveHead: Statement;
  private readonly addMessage: Statement;
  private readonly readMessages: Statement;
  private readonly readKeys: Statement;
  private readonly trimRoom: Statement;
  private readonly trimAge: Statement;

  constructor(private readonly database: Database) {
    this.inode = this.inodeInPlace();
    this.epoch = (database.query("SELECT epoch FROM log").get() as { epoch: string }).epoch;
    this.findRoom = database.query("SELECT id, head FROM rooms WHERE name = ?");
    this.addRoom = database.query("INSERT INTO rooms (name, head) VALUES (?, 0)");
    this.moveHead = database.query("UPDATE rooms SET head = ? WHERE id = ?");
    this.addMessage = database.query("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.readMessages = database.query(
      `SELECT "offset", message_id AS messageId, sender, text, sent_at AS sentAt FROM messages
       WHERE room = ? AND "offset" >= ? AND at >= ? ORDER BY "offset" LIMIT ?`,
    );
    this.readKeys = database.query(
      `SELECT "key", "offset" FROM messages WHERE room = ? AND "key" IS NOT NULL AND at >= ?`,
    );
    this.trimRoom = database.query(`DELETE FROM messages WHERE room = ? AND "offset" <= ?`);
    this.trimAge = database.query("DELETE FROM messages WHERE at < ?");
  }

  /** Runs `work` as one transaction: all of it is on disk when this returns, and nothing when it throws. */
  commit(work: () => void): void {
    this.database.transaction(work)();
  }

  room(name: string): StoredRoom | null {
    return this.findRoom.get(name) as StoredRoom | null;
  }

  /** Makes a room's row; the answer is its id. */
  createRoom(name: string): number {
    return Number(this.addRoom.run(name).lastInsertRowid);
  }

  append(room: number, { message, key, at }: StoredMessage): void {
    const { offset, messageId, sender, text, sentAt } = message;
    this.addMessage.run(room, offset, messageId, sender, text, sentAt, key, at);
  }

  setHead(room: number, head: number): void {
    this.moveHead.run(head, room);
  }

  /** At most `limit` messages from offset `from` on that were stored at `since` or later. */
  messages(name: string, room: number, from: number, since: number, limit: number): ChatMessage[] {
    const rows = this.readMessages.all(room, from, since, limit) as MessageRow[];
    return rows.map((row) => ({ room: name, ...row }));
  }

  /** What was stored at `since` or later under a key. */
  keys(room: number, since: number): Array<{ key: string; offset: number }> {
    return this.readKeys.all(room, since) as Array<{ key: string; offset: number }>;
  }

  /** Removes offset `last` and what is older. */
  trim(room: number, last: number): void {
    this.trimRoom.run(room, last);
  }

  trimOlderThan(at: number): void {
    this.trimAge.run(at);
  }

  /** Stores something and removes it again. Throws what SQLite says where there is no room for it. */
  probe(): void {
    const something = " ".repeat(PROBE_CHARACTERS);
    this.commit(() => {
      // A probe that was cut short may have left its own.
      this.trim(NO_ROOM, 1);
      this.addMessage.run(NO_ROOM, 1, 0, "", something, "", null, 0);
    });
    this.commit(() => this.trim(NO_ROOM, 1));
  }

  /** Whether a restart would find what is stored: a file that was deleted or replaced is written to without an error. */
  get isInPlace(): boolean {
    return this.inodeInPlace() === this.inode;
  }

  private inodeInPlace(): number | undefined {
    return statSync(this.database.filename, { throwIfNoEntry: false })?.ino;
  }

  close(): void {
    this.database.close();
  }
}
