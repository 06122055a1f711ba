import type { ClientSocket, OpenSocket } from "../client/socket.ts";
import type { ServerEvent } from "../protocol/dialect.ts";
import { decodePosition, type MessageId, type Position } from "../protocol/message.ts";
import { native } from "../protocol/native.ts";
import type { HistoryEvent } from "./history-event.ts";

export type RoomEvent = WithoutRoom<HistoryEvent>;
type WithoutRoom<T> = T extends unknown ? Omit<T, "room"> : never;

/**
 * Hears every frame that comes over any socket of a client, also over one that the client is about to take or has given
 * up, and before the client hears it. Each socket is written down as a view of its own, `{name}'s socket {number}`.
 */
export class WireTap {
  /** Times that a server sent this client to another one. */
  redirects = 0;
  /** Where the messages of this client were stored, as acknowledged. */
  readonly acks = new Map<MessageId, Position>();
  private sockets = 0;

  constructor(
    private readonly name: string,
    private readonly note: (event: RoomEvent) => void,
  ) {}

  /** `route` is called with each address before it is connected to; answers with where it really goes. */
  over(open: OpenSocket, route: (url: string) => string): OpenSocket {
    return (url, subprotocols) => {
      const socket = open(route(url), subprotocols) as ClientSocket & WebSocket;
      const view = `${this.name}'s socket ${++this.sockets}`;
      const since = decodePosition(new URL(url).searchParams.get("since") ?? "");
      let epoch = "";
      const hear = (event: ServerEvent) => {
        if (event.type === "welcome") {
          epoch = event.epoch;
          this.note({ type: "opened", client: view, since, epoch, offset: event.offset - event.replay });
        } else if (event.type === "gap") {
          epoch = event.epoch ?? epoch;
          this.note({ type: "gap", client: view, ...gapOf(event, epoch) });
        } else this.hear(event, view, epoch);
      };
      socket.addEventListener("message", ({ data }) => {
        if (typeof data === "string") native.decodeFromServer(data).forEach(hear);
      });
      return socket;
    };
  }

  private hear(event: ServerEvent, client: string, epoch: string): void {
    switch (event.type) {
      case "message": {
        const { offset, sender, text } = event;
        this.note({ type: "seen", client, offset: offset!, sender: sender!, number: numberIn(text) });
        break;
      }
      case "ack":
        this.acks.set(event.message_id, { epoch, offset: event.offset });
        break;
      case "redistribute":
        this.redirects++;
        break;
    }
  }
}

/** What a gap says to a client that was in `epoch`, or has just come into it. */
export function gapOf({ from, to, reason }: Gap, epoch: string) {
  return { from, to, newEpoch: reason === "epoch" ? epoch : null };
}

/** The number of a message, from its text. */
export const numberIn = (text: string): number => Number.parseInt(text, 10);

type Gap = Extract<ServerEvent, { type: "gap" }>;
