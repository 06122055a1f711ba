import { type JoinRequest, NATIVE_SUBPROTOCOL, roomUrl } from "../protocol/handshake.ts";
import { exposure, isEncrypted } from "./exposure.ts";
import { isBalancerUrl } from "./provision.ts";
import { openInRoom } from "./provisioned-socket.ts";
import type { ClientSocket, OpenSocket } from "./socket.ts";

/** A client's token as it is now; `null`: it has none. Asked anew for each connection, because tokens are renewed. */
export type TokenSource = () => string | null;

export interface RouteOptions {
  /** Of a server, `ws://host:port`, or of a balancer that names one each time it is asked, `http://host:port`. */
  url: string;
  room: string;
  openSocket: OpenSocket;
  /** Left out: the client has no token. */
  token?: TokenSource;
}

/** Where a client connects to: the address it was given, or where a server sent it. */
export class Route {
  private redirect: string | null = null;
  /** With which it connected last. */
  private token: string | null = null;
  /** The encrypted address that it was given, or that it has connected to last; `null`: none was. */
  private encrypted: string | null = null;

  constructor(private readonly options: RouteOptions) {
    this.mark(options.url);
  }

  /** The client's token is another one than that with which it connected last. */
  get hasNewToken(): boolean {
    return this.currentToken() !== this.token;
  }

  /** Why the client does not go where a server sends it, or `null`. */
  objectionTo(redirect: string): string | null {
    const hasToken = this.currentToken() !== null;
    return hasToken && this.encrypted !== null ? exposure(this.encrypted, redirect) : null;
  }

  /** From now on the client connects there; `null` changes nothing. */
  follow(redirect: string | null): void {
    this.redirect = redirect ?? this.redirect;
  }

  /** The connection was lost; `wasOnline` says whether the server had welcomed this client. */
  lost(wasOnline: boolean): void {
    // Lost before it was welcome: that server is not there, the one that was asked for first may be. A balancer knows
    // better than a redirect of some time ago.
    if (!wasOnline || isBalancerUrl(this.options.url)) this.redirect = null;
  }

  /** Opens a socket to where the client is to be. */
  open(join: JoinRequest): ClientSocket {
    if (this.redirect !== null) {
      try {
        return this.openAt(this.redirect, join);
      } catch {
        // An address that this world does not connect to: a browser, from an encrypted page to one that is not.
        this.redirect = null;
      }
    }
    return this.openAt(this.options.url, join);
  }

  /** Opens a socket at a server, or at the one that a balancer names. */
  openAt(url: string, join: JoinRequest): ClientSocket {
    const { room, openSocket } = this.options;
    const addressAt = (server: string) => {
      this.mark(server);
      return roomUrl(server, room, join);
    };
    this.token = this.currentToken();
    const subprotocols = [NATIVE_SUBPROTOCOL];
    return openInRoom(openSocket, { url, room, addressAt, subprotocols, token: this.token });
  }

  private mark(address: string): void {
    if (isEncrypted(address)) this.encrypted = address;
  }

  private currentToken(): string | null {
    return this.options.token?.() ?? null;
  }
}
