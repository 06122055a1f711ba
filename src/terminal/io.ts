import type { TokenSource } from "../client/route.ts";
import type { Random } from "../lib/random.ts";

/** The part of the world that a chat in a terminal touches. */
export interface TerminalIo {
  env: Record<string, string | undefined>;
  random: Random;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** Ends the process without waiting for anything: for a second Ctrl-C. */
  exitNow: (code: number) => void;
}

/** Where to chat and as whom, complete and checked. */
export interface Place {
  /** `ws://host:port`. */
  url: string;
  room: string;
  /** `null`: the server gives one. */
  name: string | null;
  /** Messages of the past wanted on joining. */
  history: number;
  /** Left out: there is none. */
  token?: TokenSource;
}
