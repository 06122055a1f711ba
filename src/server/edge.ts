import type { Server, WebSocketHandler } from "bun";
import { errorResponse, NO_ADDRESS, requestUrl } from "../lib/http/answers.ts";
import { type Random, randomId } from "../lib/random.ts";
import { invalid } from "../protocol/json.ts";
import { type Admission, admit } from "./admission/admission.ts";
import { checkToken } from "./admission/guard.ts";
import { notNow, type Refusal } from "./admission/refusal.ts";
import type { SessionContext } from "./context.ts";
import type { Expiry } from "./expiry.ts";
import { guardedRoute } from "./guarded-routes.ts";
import type { ServerOptions } from "./options.ts";
import { publicRoute } from "./public-routes.ts";
import { Session } from "./session.ts";

/**
 * Frames up to this many times their limit get an error, and readers so far behind their own close code; beyond
 * it the socket layer ends the connection (1009, 1006).
 */
const HARD_LIMIT_FACTOR = 4;

/** Bytes of a client's ping or pong besides its payload (RFC 6455, 5.2): most have none. */
const CONTROL_HEADER = 6;

/** The connections of a server, and whether it takes more. */
export interface Door {
  readonly sessions: Set<Session>;
  /** Ends those whose token is over; `null` where nobody is asked for one. */
  readonly expiry: Expiry | null;
  /** Why no more clients are taken, or `null`. */
  closed: string | null;
}

/** Turns an HTTP request into a session, or answers it. `undefined`: the connection is a WebSocket now. */
export function answer(
  request: Request,
  server: Server<Session>,
  door: Door,
  context: SessionContext,
  random: Random,
): Response | undefined | Promise<Response | undefined> {
  const { authenticator, gate } = context;
  const { headers } = request;
  const url = requestUrl(request);
  const addressOf = () => gate.addressOf(server.requestIP(request)?.address ?? "", headers);
  const refuse = (refusal: Refusal) => refused(context, refusal, addressOf);
  if (url === null) return refuse(badRequest(NO_ADDRESS));
  if (!asksForWebSocket(headers)) {
    const full = (room: string | null) => noPlace(addressOf(), room, door, context);
    return authenticator === null
      ? publicRoute(request, url, full)
      : guardedRoute(request, url, full, authenticator);
  }
  const refusal = gate.knock(headers);
  if (refusal !== null) return refuse(refusal);
  const address = addressOf();
  const admission = admit(url, headers.get("sec-websocket-protocol"), address);
  if ("problem" in admission) return refuse(admission);

  const letIn = (admission: Admission) => {
    const { subprotocol, room } = admission;
    const refusal = noPlace(address, room, door, context);
    if (refusal !== null) return refuse(refusal);
    const agreed: Record<string, string> =
      subprotocol === null ? {} : { "sec-websocket-protocol": subprotocol };
    const data = newSession(admission, context, random);
    if (!server.upgrade(request, { data, headers: agreed }))
      return refuse(badRequest("this is not a WebSocket handshake of version 13"));
    data.begin(room, admission.join);
    return undefined;
  };
  if (authenticator === null) return letIn(admission);
  // A token takes the most work: not for somebody who has no place anyway. How full a room is, only its members learn.
  const refusedToAll = noPlace(address, null, door, context);
  if (refusedToAll !== null) return refuse(refusedToAll);
  return checkToken(authenticator, headers, admission.room).then((grant) =>
    "problem" in grant ? refuse(grant) : letIn({ ...admission, grant }),
  );
}

/** Bun's WebSocket events as neutral calls. Nothing in here may throw: it would end the process. */
export function socketHandler(
  options: ServerOptions,
  door: Door,
  context: SessionContext,
): WebSocketHandler<Session> {
  return {
    data: {} as Session,
    maxPayloadLength: options.maxPayload * HARD_LIMIT_FACTOR,
    // The end for whoever falls behind faster than `SlowReaders` looks.
    backpressureLimit: options.backpressureLimit * HARD_LIMIT_FACTOR,
    closeOnBackpressureLimit: true,
    // Bun counts whole seconds.
    idleTimeout: Math.ceil(options.idleTimeout / 1000),
    sendPings: true,
    perMessageDeflate: false,
    open(socket) {
      door.sessions.add(socket.data);
      const { expiresAt } = socket.data;
      if (expiresAt !== null) door.expiry?.add(socket.data, expiresAt);
      // Within `upgrade`, so that nobody comes between the gate's answer and this.
      context.gate.enter(socket.data.address);
      context.counters.connections++;
      context.counters.accepted[socket.data.dialect]++;
      socket.data.socket = socket;
    },
    message({ data: session }, frame) {
      const bytes = Buffer.byteLength(frame);
      context.counters.bytes.in += bytes;
      if (typeof frame !== "string") {
        session.reject(invalid("binary_frame", "binary frames are not understood; send JSON as text"));
      } else if (isLonger(frame, options.maxPayload)) {
        session.rejectTooLong(frame, options.maxPayload);
      } else if (session.keepsPace(frame, bytes)) {
        session.receive(frame);
      }
    },
    // The socket layer answers them; that is work, too.
    ping: ({ data: session }, payload) => void session.keepsPace("", payload.length + CONTROL_HEADER),
    pong: ({ data: session }, payload) => void session.keepsPace("", payload.length + CONTROL_HEADER),
    drain({ data: session }) {
      session.drained();
    },
    close({ data: session }, code) {
      door.sessions.delete(session);
      if (session.expiresAt !== null) door.expiry?.remove(session, session.expiresAt);
      context.gate.leave(session.address);
      context.counters.connections--;
      context.counters.close(code);
      context.log.debug("closed", { connection: session.id, address: session.address, code });
      session.onClosed();
    },
  };
}

/** RFC 6455, 4.2.1: both headers have to say so. Bun itself only looks at the first. */
function asksForWebSocket(headers: Headers): boolean {
  const connection = (headers.get("connection") ?? "").toLowerCase().split(",");
  const upgrade = headers.get("upgrade")?.toLowerCase();
  return upgrade === "websocket" && connection.some((option) => option.trim() === "upgrade");
}

function newSession(admission: Admission, context: SessionContext, random: Random): Session {
  const id = randomId(random, 12);
  const name = admission.grant?.name ?? admission.join.name ?? `guest-${id.slice(0, 4)}`;
  return new Session(id, name, admission, context);
}

/** Why there is no place for a client of this address, or `null`. */
function noPlace(
  address: string,
  room: string | null,
  door: Door,
  { broker, gate }: SessionContext,
): Refusal | null {
  if (door.closed !== null) return notNow("stopping", door.closed, 1);
  if (broker.problem !== null) return notNow("unavailable", broker.problem, 1);
  return gate.full(address, room);
}

function badRequest(problem: string): Refusal {
  return { rule: "request", status: 400, problem };
}

function refused(
  { counters, refusals }: SessionContext,
  refusal: Refusal,
  addressOf: () => string,
): Response {
  const { rule, status, problem, headers } = refusal;
  counters.refused[rule]++;
  refusals.add(refusal, addressOf);
  return errorResponse(status, problem, headers);
}

/** More than `limit` bytes of UTF-8? A UTF-16 unit becomes one to three of them. */
function isLonger(text: string, limit: number): boolean {
  if (text.length > limit) return true;
  return text.length * 3 > limit && Buffer.byteLength(text) > limit;
}
