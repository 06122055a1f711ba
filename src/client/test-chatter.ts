import { randomId, seededRandom } from "../lib/random.ts";
import { until } from "../lib/test-until.ts";
import type { ErrorFrame, GapFrame, PresenceFrame, WelcomeFrame } from "../protocol/frames.ts";
import type { MessageId } from "../protocol/message.ts";
import { openBunSocket } from "./bun-socket.ts";
import {
  Connection,
  type ConnectionListener,
  type ConnectionOptions,
  type RoomMessage,
} from "./connection.ts";
import type { ClientSocket } from "./socket.ts";

let sessions = 0;

/** For tests: a connection that remembers what it was told, and waits hardly at all before it comes back. */
export class Chatter implements ConnectionListener {
  readonly online: Array<{ welcome: WelcomeFrame; again: boolean }> = [];
  readonly moved: WelcomeFrame[] = [];
  readonly offline: string[] = [];
  /** Why it did not go where it was sent. */
  readonly stays: string[] = [];
  readonly messages: RoomMessage[] = [];
  readonly acks: MessageId[] = [];
  readonly gaps: GapFrame[] = [];
  readonly presence: PresenceFrame[] = [];
  readonly errors: Array<{ error: ErrorFrame; text: string | null }> = [];
  ended: { reason: string; code: number } | null = null;
  readonly connection: Connection;
  /** All sockets that were opened, the newest last. */
  readonly sockets: ClientSocket[] = [];

  constructor(url: string, options: Partial<ConnectionOptions> = {}) {
    const random = seededRandom(++sessions);
    const openSocket = options.openSocket ?? openBunSocket;
    this.connection = new Connection(
      {
        url,
        room: "r",
        name: null,
        session: randomId(random, 20),
        history: 0,
        presence: "none",
        random: () => random() / 20,
        ...options,
        openSocket: (address, subprotocols) => {
          const socket = openSocket(address, subprotocols);
          this.sockets.push(socket);
          return socket;
        },
      },
      this,
    );
    this.connection.connect();
  }

  onOnline = (welcome: WelcomeFrame, again: boolean) => void this.online.push({ welcome, again });
  onMoved = (welcome: WelcomeFrame) => void this.moved.push(welcome);
  onStay = (why: string) => void this.stays.push(why);
  onOffline = (reason: string) => void this.offline.push(reason);
  onEnd = (reason: string, code: number) => {
    this.ended = { reason, code };
  };
  onMessage = (message: RoomMessage) => void this.messages.push(message);
  onAck = (id: MessageId) => void this.acks.push(id);
  onGap = (gap: GapFrame) => void this.gaps.push(gap);
  onPresence = (presence: PresenceFrame) => void this.presence.push(presence);
  onError = (error: ErrorFrame, text: string | null) => void this.errors.push({ error, text });

  get texts(): string[] {
    return this.messages.map(({ text }) => text);
  }

  /** As if the server had sent this client to another one. */
  sendTo(redirect: string, withinMs = 0): void {
    const order = { type: "redistribute", reason: "a test", redirect, within_ms: withinMs };
    const listening = this.sockets.filter(({ onmessage }) => onmessage !== null);
    (listening[0]?.onmessage as ((event: { data: string }) => void) | undefined)?.({
      data: JSON.stringify(order),
    });
  }

  async hears(text: string): Promise<void> {
    await until(() => this.texts.includes(text), `"${text}" to arrive`);
  }

  async settled(): Promise<void> {
    await until(() => this.connection.unacked === 0, "all acks");
  }

  async joined(): Promise<this> {
    await until(() => this.connection.isOnline, "the connection");
    return this;
  }
}
