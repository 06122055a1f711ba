import type { Broker } from "../broker/broker.ts";
import { AdminPort } from "../lib/admin-port/admin-port.ts";
import type { Clock } from "../lib/clock.ts";
import { FileReserve } from "../lib/file-reserve.ts";
import { HTTP_DEFAULTS, internalError } from "../lib/http/listen.ts";
import type { TlsPem } from "../lib/http/tls-files.ts";
import type { Logger } from "../lib/log.ts";
import { LoopDelay } from "../lib/loop-delay.ts";
import { RenewalFigures } from "../lib/metrics/renewal-metrics.ts";
import { type Random, randomId } from "../lib/random.ts";
import { TextPool } from "../lib/text-pool.ts";
import type { LoadReport, RoomMove } from "../protocol/fleet.ts";
import type { Authenticator } from "../protocol/grant.ts";
import { adminRoute } from "./admin-routes.ts";
import { Gate } from "./admission/gate.ts";
import { RefusalLog } from "./admission/refusal-log.ts";
import { BatchWindow } from "./batch-window.ts";
import { ChatPort } from "./chat-port.ts";
import type { SessionContext } from "./context.ts";
import { Counters } from "./counters.ts";
import { type DrainTarget, drain } from "./drain.ts";
import { answer, type Door, socketHandler } from "./edge.ts";
import { Expiry } from "./expiry.ts";
import { LoadReporter } from "./load-report.ts";
import { serverMetrics } from "./metrics/server-metrics.ts";
import type { ServerOptions } from "./options.ts";
import { Redistribution } from "./redistribution.ts";
import { Rooms } from "./rooms.ts";
import type { Session } from "./session.ts";
import { SlowReaders } from "./slow-readers.ts";
import type { FanOut } from "./socket.ts";
import { type ServerStats, serverStats } from "./stats.ts";
import { Trace } from "./trace.ts";

export interface ServerParts {
  broker: Broker;
  clock: Clock;
  random: Random;
  log: Logger;
  /** Of this program; told by `/metrics`. */
  version: string;
  /** Left out: nobody is asked for a token. */
  authenticator?: Authenticator | null;
  /** Told by `/metrics`. */
  renewals?: RenewalFigures;
}

/** A chat server that is listening. */
export interface ChatServer {
  /** The ports that were taken, also when 0 was asked for. */
  readonly port: number;
  readonly adminPort: number;
  /** Why it takes no clients, or `null`: what `/readyz` says. */
  readonly problem: string | null;
  /** Figures as `/stats` shows them. */
  stats(): ServerStats;
  /** What happened since the last report; `isWhole` with every room. */
  report(isWhole: boolean): LoadReport;
  /** Newcomers get this certificate from now on; those who are in stay. Throws when it is of no use. */
  renewTls(tls: TlsPem): void;
  /** Asks clients to go on at other servers. */
  redistribute(reason: string, moves: readonly RoomMove[]): void;
  /**
   * Refuses new clients, sends those away for whom there is a target, stores what was accepted, closes everyone, and
   * stops listening. Without `target` everyone goes to `--drain-to`.
   */
  stop(target?: DrainTarget): Promise<void>;
}

/**
 * Starts listening on both ports. Throws `OperationError` when a port cannot be taken. The broker is the
 * caller's: it is not closed by `stop`.
 */
export function startServer(options: ServerOptions, parts: ServerParts): ChatServer {
  const {
    broker,
    clock,
    random,
    log,
    version,
    authenticator = null,
    renewals = new RenewalFigures(),
  } = parts;
  const counters = new Counters();
  const expiry = authenticator && new Expiry(authenticator.clock);
  const door: Door = { sessions: new Set(), expiry, closed: null };
  const loopDelay = new LoopDelay();
  const startedAt = clock.now();
  const trace = options.debugTrace === null ? null : new Trace(options.debugTrace, log);
  const instruments = { counters, clock, trace };
  const slowReaders = new SlowReaders(
    door.sessions,
    { each: options.backpressureLimit, total: options.waitingLimit, lingering: options.idleTimeout },
    counters,
    clock,
    log,
  );
  // Rooms only publish once the server runs and has let someone in.
  let chat!: ChatPort;
  const fanOut: FanOut = {
    prepare: (bytes) => slowReaders.prepare(bytes),
    publish: (topic, frame) => chat.publish(topic, frame),
  };
  const window = new BatchWindow(options.batchWindow, options.cores);
  const rooms = new Rooms(broker, fanOut, window, instruments);
  const context: SessionContext = {
    serverId: options.id ?? randomId(random, 8),
    limits: { max_payload: options.maxPayload, history: options.history },
    broker,
    rooms,
    gate: new Gate(options, rooms, clock),
    refusals: new RefusalLog(clock, log),
    pace: options.messagesPerSecond + options.bytesPerSecond > 0 ? options : null,
    authenticator,
    texts: new TextPool(),
    ...instruments,
    log,
  };

  const { host: hostname, port, tls } = options;
  chat = new ChatPort({ hostname, port, tls }, ({ tls, ...at }) =>
    Bun.serve<Session>({
      ...HTTP_DEFAULTS,
      ...at,
      ...(tls === null ? {} : { tls }),
      fetch: (request, server) => answer(request, server, door, context, random),
      websocket: socketHandler(options, door, context),
      error: (error) => internalError(error, log),
    }),
  );
  const files = new FileReserve({
    port: chat,
    figures: () => ({ connections: counters.connections }),
    clock,
    log,
  });
  const problem = () => door.closed ?? files.problem ?? broker.problem;
  const reporter = new LoadReporter({ clock, counters, rooms, loopDelay, problem });
  const redistribution = new Redistribution(rooms);
  const stats = () =>
    serverStats({ startedAt, clock, counters, rooms, loopDelay, serverId: context.serverId });
  const metrics = serverMetrics({ version, counters, rooms, broker, loopDelay, clock, problem, renewals });
  let admin: AdminPort;
  try {
    admin = new AdminPort({
      host: options.adminHost,
      port: options.adminPort,
      metrics,
      answer: (request) => adminRoute(request, { problem, stats }),
      log,
    });
  } catch (error) {
    void chat.stop();
    throw error;
  }
  files.start();
  expiry?.start();
  slowReaders.start();
  loopDelay.start();

  return {
    port: chat.port,
    adminPort: admin.port,
    get problem() {
      return problem();
    },
    stats,
    report: (isWhole) => reporter.take(isWhole),
    renewTls: (files) => chat.renew(files),
    redistribute: (reason, moves) => redistribution.carryOut(reason, moves),
    async stop(target = () => options.drainTo) {
      files.stop();
      await drain(chat, door, { timeoutMs: options.drainTimeout, target, flush: () => rooms.flush(), log });
      expiry?.stop();
      slowReaders.stop();
      loopDelay.stop();
      await admin.stop();
    },
  };
}
