import { existsSync } from "node:fs";
import { PROGRAM, until } from "./harness.ts";
import { VirtualScreen } from "./virtual-screen.ts";

/** The built program in a terminal of its own: what it draws is read as a person would see it. */
export interface ProgramInTerminal {
  readonly screen: VirtualScreen;
  /** Every byte that reached the terminal. */
  readonly raw: string;
  readonly exited: Promise<number>;
  type(keys: string): void;
  resize(columns: number): void;
  /** Waits until the screen holds `text`, which may be on a row or over several. */
  sees(text: string | RegExp): Promise<void>;
  kill(): Promise<void>;
}

export interface TerminalOptions {
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
}

export const CTRL_C = "\u0003";
export const CTRL_D = "\u0004";
export const ENTER = "\r";
export const TAB = "\t";

export function openTerminal(args: string[], options: TerminalOptions = {}): ProgramInTerminal {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} does not exist; make it with scripts/build`);
  const { columns = 80, rows = 24, env = {} } = options;
  const screen = new VirtualScreen(columns, rows);
  const decoder = new TextDecoder();
  let raw = "";
  const child = Bun.spawn([PROGRAM, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: "xterm-256color", ...env },
    terminal: {
      cols: columns,
      rows,
      data(_terminal, bytes) {
        const text = decoder.decode(bytes, { stream: true });
        raw += text;
        screen.write(text);
      },
    },
  });
  const holds = (text: string | RegExp) =>
    typeof text === "string" ? screen.text.includes(text) : text.test(screen.text);
  return {
    screen,
    get raw() {
      return raw;
    },
    exited: child.exited,
    type: (keys) => void child.terminal!.write(keys),
    resize(columns) {
      screen.resize(columns);
      child.terminal!.resize(columns, rows);
    },
    async sees(text) {
      try {
        await until(() => holds(text), `${text} on the screen`);
      } catch (error) {
        throw new Error(`${(error as Error).message}; it shows:\n${screen.text}`);
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
      child.terminal!.close();
    },
  };
}
