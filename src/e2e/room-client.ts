import { openBunSocket } from "../client/bun-socket.ts";
import { Connection, type RoomMessage } from "../client/connection.ts";
import type { OpenSocket } from "../client/socket.ts";
import type { GapFrame } from "../protocol/frames.ts";

/** Someone in a room, who writes down what happens to them. */
export class RoomClient {
  readonly seen: RoomMessage[] = [];
  readonly gaps: GapFrame[] = [];
  readonly errors: string[] = [];
  /** Ids of the servers through which this client came in, the present one last. */
  readonly servers: string[] = [];
  /** Whether each time it was back in the room it had missed nothing. */
  readonly recovered: boolean[] = [];
  acked = 0;
  losses = 0;
  readonly connection: Connection;

  /** `url`: of a server, `ws://host:port`, or of a balancer, `http://host:port`. */
  constructor(url: string, name: string, room = "r", openSocket: OpenSocket = openBunSocket) {
    this.connection = new Connection(
      {
        url,
        room,
        name,
        session: `session-of-${name}-0123456789`,
        history: 0,
        presence: "none",
        openSocket,
        random: Math.random,
      },
      {
        onOnline: ({ server_id, recovered }, again) => {
          this.servers.push(server_id);
          if (again) this.recovered.push(recovered);
        },
        onMoved: ({ server_id, recovered }) => {
          this.servers.push(server_id);
          this.recovered.push(recovered);
        },
        onOffline: () => this.losses++,
        onEnd() {},
        onMessage: (message) => this.seen.push(message),
        onAck: () => this.acked++,
        onGap: (gap) => this.gaps.push(gap),
        onPresence() {},
        onError: ({ code }) => this.errors.push(code),
      },
    );
    this.connection.connect();
  }

  get texts(): string[] {
    return this.seen.map(({ text }) => text);
  }
}
