import { Connection, type ConnectionListener, type RoomMessage } from "../../client/connection.ts";
import { frameSize } from "../../client/frame-size.ts";
import { sanitise } from "../../lib/sanitise.ts";
import { closeRuleOf } from "../../protocol/close-codes.ts";
import type { ErrorFrame, GapFrame, PresenceFrame, WelcomeFrame } from "../../protocol/frames.ts";
import { DEFAULT_MAX_PAYLOAD } from "../../protocol/limits.ts";
import type { MessageId } from "../../protocol/message.ts";
import { Composer } from "./composer.ts";
import { byId } from "./dom.ts";
import { MessageLog } from "./message-log.ts";
import { StatusLine } from "./status-line.ts";
import { WindowTitle } from "./window-title.ts";
import {
  backLine,
  cleanText,
  gapLine,
  membersLine,
  offlineLine,
  stayLine,
  tooLongLine,
  viaLine,
} from "./wording.ts";

/** Messages of the past shown on joining. */
const HISTORY = 100;

export interface StayOptions {
  room: string;
  name: string;
  /** Names the server, where it is not the one of the page. */
  balancer: string | null;
  token: string | null;
  /** The server does not let one in with this token, or not any more, or not without one. */
  onTokenRefused: (reason: string, wasOnline: boolean) => void;
}

/** One stay in one room, from joining to leaving: what the connection tells becomes what the page shows. */
export class Stay implements ConnectionListener {
  private readonly log = new MessageLog();
  private readonly status = new StatusLine();
  private readonly title: WindowTitle;
  private readonly members = byId("members", HTMLElement);
  private readonly connection: Connection;
  private maxPayload = DEFAULT_MAX_PAYLOAD;
  private historyEnd = 0;
  private wasOnline = false;
  private ended = false;
  private name: string;

  constructor(private readonly options: StayOptions) {
    const { room, name, balancer, token } = options;
    this.name = name;
    byId("room-title", HTMLElement).textContent = sanitise(room);
    // A link can name any balancer: whoever follows it sees whose chat this is.
    byId("via", HTMLElement).textContent = viaLine(balancer, location.hostname);
    this.members.textContent = "";
    this.title = new WindowTitle(room);
    this.connection = new Connection(
      {
        url: balancer ?? socketAddress(location.href),
        room,
        name,
        // Per page load: a duplicated tab is another client, and the connection keeps it over reconnects.
        session: newSession(),
        history: HISTORY,
        presence: "counts",
        openSocket: (url, subprotocols) => new WebSocket(url, subprotocols),
        token: () => token,
        random: Math.random,
      },
      this,
    );
    new Composer((text) => this.send(text));
    this.status.say("Connecting", "plain");
    this.connection.connect();
  }

  /** Messages that would be lost with the page. */
  get hasUnsent(): boolean {
    return !this.ended && this.connection.unacked > 0;
  }

  /** Leaves the room; from now on this stay shows nothing more. */
  end(): void {
    this.ended = true;
    this.status.clear();
    this.log.end();
    this.title.end();
    void this.connection.close();
  }

  onOnline(welcome: WelcomeFrame, again: boolean): void {
    this.wasOnline = true;
    this.onMoved(welcome);
    if (again) this.status.mention(backLine(welcome.recovered), welcome.recovered ? "plain" : "warning");
    else this.status.clear();
    this.historyEnd = again || welcome.replay === 0 ? 0 : welcome.offset;
    if (this.historyEnd === 0) this.log.readOut();
  }

  onMoved(welcome: WelcomeFrame): void {
    this.name = welcome.name;
    this.maxPayload = welcome.limits?.max_payload ?? DEFAULT_MAX_PAYLOAD;
  }

  onStay(why: string): void {
    this.status.mention(stayLine(why), "warning");
  }

  onOffline(reason: string, retryMs: number): void {
    this.members.textContent = "";
    this.status.say(offlineLine(reason, retryMs, this.wasOnline), "warning");
  }

  onEnd(reason: string, code: number): void {
    if (this.ended) return;
    this.ended = true;
    this.members.textContent = "";
    this.status.say(`Disconnected: ${sanitise(reason)}. Leave and join again to return.`, "danger");
    if (closeRuleOf(code).reconnect === "with a new token")
      this.options.onTokenRefused(reason, this.wasOnline);
  }

  onMessage(message: RoomMessage): void {
    this.log.add(message.messageId, message, !message.history);
    if (message.offset === this.historyEnd) this.log.readOut();
    if (!message.history && !message.own) this.title.count();
  }

  onAck(id: MessageId): void {
    this.log.acknowledge(id);
  }

  onGap(gap: GapFrame): void {
    this.log.notice(gapLine(gap));
  }

  onPresence({ members }: PresenceFrame): void {
    this.members.textContent = membersLine(members);
  }

  onError(error: ErrorFrame, text: string | null): void {
    if (text !== null && error.message_id !== undefined) this.log.refuse(error.message_id, error.message);
    // What is tried again by itself leaves nothing for the person to do.
    if (error.retryable) this.status.mention("Not stored yet; it is tried again until it is", "warning");
    else this.status.mention(`The server says: ${sanitise(error.message)}`, "danger");
  }

  private send(written: string): boolean {
    const text = cleanText(written).toWellFormed();
    const size = frameSize(text);
    if (this.ended || text.trim() === "") return false;
    if (size > this.maxPayload) {
      this.status.mention(tooLongLine(size, this.maxPayload), "danger");
      return false;
    }
    const id = this.connection.send(text);
    this.log.expect(id, { sender: this.name, text, sentAt: new Date().toISOString(), own: true });
    return true;
  }
}

/** Where the page came from, as the address of its rooms. */
function socketAddress(page: string): string {
  return new URL("ws/{room}", page).href.replace(/^http/, "ws");
}

/** Not `randomUUID`: browsers give that only to pages that came encrypted. */
function newSession(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
