import type { TokenSource } from "../client/route.ts";
import { UsageError } from "../lib/errors.ts";
import { withShutdown } from "../lib/shutdown.ts";
import { checkName, checkRoom } from "../protocol/text.ts";
import type { Place, TerminalIo } from "./io.ts";
import { jsonLine, plainLine } from "./message-lines.ts";
import { runPiped } from "./piped.ts";
import { tokenSource } from "./token-source.ts";

export interface ChatOptions {
  /** Of a server, `ws://host:port`, or of a balancer, `http://host:port`. */
  url: string;
  room?: string | undefined;
  name?: string | undefined;
  /** Messages of the past shown on joining. */
  history: number;
  /** One JSON object per message instead of a text for people. */
  json: boolean;
  /** Holds the token, which says who one is where a server asks for that; without it, SCALE_CHAT_TOKEN does. */
  tokenFile?: string | undefined;
}

/**
 * Chats until the person leaves or the input ends, and answers with the exit code. Throws `UsageError` for what
 * was not or wrongly given, `OperationError` when the room cannot be joined.
 */
export async function chat(options: ChatOptions, io: TerminalIo): Promise<number> {
  check("a room", options.room, checkRoom);
  check("--name", options.name, checkName);
  const token = tokenSource(options.tokenFile, io.env);
  const isTerminal = Boolean(io.stdin.isTTY && io.stdout.isTTY) && io.env.TERM !== "dumb";
  return isTerminal && !options.json ? chatInTerminal(options, token, io) : chatInPipe(options, token, io);
}

async function chatInTerminal(
  options: ChatOptions,
  token: TokenSource | null,
  io: TerminalIo,
): Promise<number> {
  const { askForPlace } = await import("./questions.ts");
  // With a token the server knows who comes.
  const name = options.name ?? (token === null ? undefined : "");
  const answers = await askForPlace({ name, room: options.room }, io);
  if (answers === null) {
    io.stdout.write("Nobody joined, nothing sent. See you.\n");
    return 0;
  }
  const { choosePaint } = await import("./colours.ts");
  const { runInteractive } = await import("./interactive.ts");
  const { ReadlineScreen } = await import("./screen.ts");
  return withShutdown(io.exitNow, (shutdown) =>
    runInteractive(placeOf(options, answers.room, answers.name, token), {
      io,
      paint: choosePaint(true, io.env),
      openScreen: (handlers) => new ReadlineScreen(io.stdin, io.stdout, handlers),
      shutdown,
    }),
  );
}

function chatInPipe(options: ChatOptions, token: TokenSource | null, io: TerminalIo): Promise<number> {
  const { room, name } = options;
  if (room === undefined) {
    throw new UsageError("a room is missing, and there is no terminal to ask on: scale-chat chat lobby");
  }
  const place = placeOf(options, room, name ?? null, token);
  const line = options.json ? jsonLine : plainLine;
  return withShutdown(io.exitNow, (shutdown) => runPiped(place, line, io, shutdown));
}

function placeOf(
  { url, history }: ChatOptions,
  room: string,
  name: string | null,
  token: TokenSource | null,
): Place {
  return { url, room, name, history, ...(token === null ? {} : { token }) };
}

function check(what: string, value: string | undefined, rule: (text: string) => string | null): void {
  const problem = value === undefined ? null : rule(value);
  if (problem !== null) throw new UsageError(`${what}: ${problem}`);
}
