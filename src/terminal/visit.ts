import type { Connection, ConnectionListener, RoomMessage } from "../client/connection.ts";
import { Changes } from "../lib/changes.ts";
import { excerpt } from "../lib/sanitise.ts";
import type { ErrorFrame, GapFrame, PresenceFrame, WelcomeFrame } from "../protocol/frames.ts";
import type { Place, TerminalIo } from "./io.ts";
import { connectionTo } from "./join.ts";
import { KnownNames } from "./known-names.ts";
import { cleanName } from "./message-lines.ts";
import { endNotice, gapNotice, lostNotice, RECOVERED_NOTICE, renamedNotice, stayNotice } from "./notices.ts";
import { checkOutgoing } from "./outgoing.ts";
import { membersText, type RoomStatus } from "./view.ts";

/** What comes out of a visit, for the person to see. */
export interface VisitListener {
  message(message: RoomMessage, ownName: string): void;
  /** Something that the person has to know. */
  say(notice: string): void;
  /** Something about the connection, which not everyone wants to know. */
  remark(notice: string): void;
  /** The status is another now. */
  changed(): void;
  /** In the room for the first time. */
  joined(): void;
  /** Not in the room yet; tries again after `retryMs`, unless that is `null`. */
  notJoined(retryMs: number | null): void;
  /** Over, and not by this side. */
  ended(): void;
}

/** A message that takes longer than this to be acknowledged is shown to be on its way. */
const MOMENT_MS = 300;
/** How long leaving waits for what is still to be acknowledged. */
const LEAVE_MS = 2000;

/** One person's stay in one room, under one or several names, over any number of connections. */
export class Visit implements ConnectionListener {
  private readonly connection: Connection;
  private readonly changes = new Changes();
  private readonly names = new KnownNames();
  /** The last one, once there was one. */
  private welcome: WelcomeFrame | null = null;
  private members: number | null = null;
  /** The person asked who is here; the next presence answers. */
  private wantsMembers = false;
  /** The name that the person wants to have from now on. */
  private wantedName: string | null = null;
  /** How often the connection was lost or not made since the last welcome. */
  private losses = 0;
  private slowTimer: ReturnType<typeof setTimeout> | null = null;
  /** Something was not stored and is tried again; that has been said. */
  private isRetrying = false;
  private isSlow = false;
  private left = false;

  constructor(
    readonly place: Place,
    io: Pick<TerminalIo, "random">,
    private readonly listener: VisitListener,
  ) {
    this.connection = connectionTo(place, "names", io.random, this);
  }

  get name(): string {
    return this.welcome?.name ?? this.place.name ?? "";
  }

  get status(): RoomStatus {
    const { isOnline, unacked } = this.connection;
    const sending = this.isSlow ? unacked : 0;
    return { room: this.place.room, online: isOnline, tries: this.losses, members: this.members, sending };
  }

  /** Whose names can be completed. */
  otherNames(): string[] {
    return this.names.others(this.name);
  }

  start(): void {
    this.connection.connect();
  }

  /** Sends a text, or says why not. */
  send(text: string): void {
    const { welcome } = this;
    // Not joined yet: nothing is known about this room's limit, and nothing would be kept for it.
    const problem =
      welcome === null ? "not in the room yet" : checkOutgoing(text, welcome.limits.max_payload);
    if (problem !== null) {
      this.listener.say(`not sent: ${problem}`);
      return;
    }
    this.connection.send(text);
    this.slowTimer ??= setTimeout(() => {
      this.slowTimer = null;
      this.isSlow = this.connection.unacked > 0;
      this.listener.changed();
    }, MOMENT_MS);
  }

  rename(name: string): void {
    if (name === this.name) {
      this.listener.say(`you are ${cleanName(name)} already`);
      return;
    }
    this.wantedName = name;
    this.connection.rename(name);
    this.listener.changed();
  }

  who(): void {
    this.wantsMembers = this.connection.who();
    if (!this.wantsMembers) this.listener.say("nobody can be asked while the connection is away");
  }

  /**
   * Leaves, after a moment for what is still to be acknowledged; nothing is told any more meanwhile. Resolves
   * with how many messages the server has not confirmed.
   */
  async leave(): Promise<number> {
    this.left = true;
    if (this.slowTimer !== null) clearTimeout(this.slowTimer);
    await this.changes.until(() => this.connection.unacked === 0, LEAVE_MS);
    const { unacked } = this.connection;
    await this.connection.close();
    return unacked;
  }

  onOnline(welcome: WelcomeFrame, again: boolean): void {
    this.welcome = welcome;
    this.losses = 0;
    if (this.left) return;
    if (!again) this.listener.joined();
    else if (this.wantedName !== null) this.listener.say(renamedNotice(this.wantedName, welcome.name));
    else if (welcome.recovered) this.listener.remark(RECOVERED_NOTICE);
    this.wantedName = null;
    this.listener.changed();
  }

  onMoved(welcome: WelcomeFrame): void {
    this.welcome = welcome;
  }

  onStay(why: string): void {
    if (!this.left) this.listener.say(stayNotice(why));
  }

  onOffline(reason: string, retryMs: number): void {
    if (this.left) return;
    this.losses++;
    if (this.welcome === null) this.listener.notJoined(retryMs);
    // Said once; of every further try only the prompt tells.
    else if (this.losses === 1) this.listener.remark(lostNotice(reason, retryMs));
    this.listener.changed();
  }

  onEnd(reason: string): void {
    if (this.left) return;
    if (this.welcome === null) {
      this.listener.notJoined(null);
    } else {
      this.listener.say(endNotice(reason));
      this.listener.ended();
    }
  }

  onMessage(message: RoomMessage): void {
    if (this.left) return;
    this.names.spoke(message.sender);
    this.listener.message(message, this.name);
  }

  onAck(): void {
    this.settled();
  }

  onGap(gap: GapFrame): void {
    // Not a remark: who wants to hear little still wants to know that something is missing.
    if (!this.left) this.listener.say(gapNotice(gap));
  }

  onPresence({ members, names }: PresenceFrame): void {
    if (this.left) return;
    this.members = members;
    if (names !== undefined) this.names.present(names);
    if (this.wantsMembers) this.listener.say(membersText(members, names));
    this.wantsMembers = false;
    this.listener.changed();
  }

  onError({ message, retryable }: ErrorFrame, text: string | null): void {
    if (retryable) this.tellOfRetries();
    else if (!this.left)
      this.listener.say(text === null ? message : `not sent: ${excerpt(text)}: ${message}`);
    this.settled();
  }

  /** Once for all that is tried again: there is nothing for the person to do. */
  private tellOfRetries(): void {
    if (!this.isRetrying && !this.left) this.listener.say("not stored yet; it is tried again until it is");
    this.isRetrying = true;
  }

  /** Fewer messages may be on their way now: acknowledged or refused. */
  private settled(): void {
    if (this.connection.unacked === 0) {
      this.isSlow = false;
      this.isRetrying = false;
    }
    this.changes.notify();
    if (!this.left) this.listener.changed();
  }
}
