import { createInterface, type Interface } from "node:readline";
import type { Completion } from "./completion.ts";

/**
 * A terminal with a line being typed at the bottom and everything else above it. What is typed survives lines
 * that arrive, a prompt that changes and a resize.
 */
export interface Screen {
  /** Shows a line above the one being typed. */
  print(line: string): void;
  setPrompt(prompt: string): void;
  /** Takes the typed line away and gives the terminal back. Later calls of anything do nothing. */
  close(): void;
}

export interface ScreenHandlers {
  /** A line was typed and has vanished from the screen. */
  onLine(line: string): void;
  /** Ctrl-C. */
  onInterrupt(): void;
  /** Ctrl-D on an empty line, or the terminal is gone. */
  onEnd(): void;
  complete(lineToCursor: string): Completion;
}

export type OpenScreen = (handlers: ScreenHandlers) => Screen;

const HISTORY_SIZE = 200;

/** readline's own state. It is public in JavaScript and, for as long as readline exists, was never changed. */
interface Editor extends Interface {
  line: string;
  cursor: number;
  /** On which row below the prompt's first the cursor was left. */
  prevRows: number;
}

/** A `Screen` on node:readline, which brings editing, history and completion. */
export class ReadlineScreen implements Screen {
  private readonly editor: Editor;
  private waiting: string[] = [];
  /** The prompt wanted; the editor has the one that is drawn, to know which rows it takes. */
  private prompt = "";
  private redrawsSoon = false;
  private closed = false;

  constructor(
    private readonly input: NodeJS.ReadStream,
    private readonly output: NodeJS.WriteStream,
    handlers: ScreenHandlers,
  ) {
    // Before readline's own listener, which redraws.
    output.on("resize", this.adaptRows);
    this.editor = createInterface({
      input,
      output,
      terminal: true,
      prompt: "",
      historySize: HISTORY_SIZE,
      removeHistoryDuplicates: true,
      completer: (line: string) => {
        const { candidates, typed } = handlers.complete(line);
        return [candidates, typed];
      },
    }) as Editor;
    // After readline's own listener, which has handled the key by then.
    input.on("keypress", this.rememberRow);
    this.editor.on("line", (line) => {
      this.eraseSubmitted(line);
      handlers.onLine(line);
    });
    this.editor.on("SIGINT", handlers.onInterrupt);
    this.editor.on("close", handlers.onEnd);
  }

  print(line: string): void {
    if (this.closed) return;
    this.waiting.push(line);
    this.redrawSoon();
  }

  setPrompt(prompt: string): void {
    if (this.closed || prompt === this.prompt) return;
    this.prompt = prompt;
    this.redrawSoon();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.output.off("resize", this.adaptRows);
    this.input.off("keypress", this.rememberRow);
    this.output.write(eraseUpwards(this.editor.getCursorPos().rows) + this.takeWaiting());
    this.editor.removeAllListeners("close");
    this.editor.close();
  }

  /** Once for everything that a moment brings, so that nothing flickers. */
  private redrawSoon(): void {
    if (this.redrawsSoon) return;
    this.redrawsSoon = true;
    queueMicrotask(() => {
      this.redrawsSoon = false;
      if (!this.closed) this.redraw();
    });
  }

  private redraw(): void {
    this.output.write(eraseUpwards(this.editor.getCursorPos().rows) + this.takeWaiting());
    this.editor.prevRows = 0;
    this.editor.setPrompt(this.prompt);
    this.editor.prompt(true);
  }

  private takeWaiting(): string {
    const lines = this.waiting.map((line) => `${line}\r\n`).join("");
    this.waiting = [];
    return lines;
  }

  /** readline leaves a submitted line on the screen and goes to the next row. */
  private eraseSubmitted(line: string): void {
    const { editor } = this;
    editor.line = line;
    editor.cursor = line.length;
    const rows = editor.getCursorPos().rows + 1;
    editor.line = "";
    editor.cursor = 0;
    this.output.write(eraseUpwards(rows));
    editor.prevRows = 0;
    editor.prompt(true);
  }

  /** Bun's readline forgets to, when text typed at the end of the line goes on in the next row (seen in 1.4.5). */
  private readonly rememberRow = (): void => {
    this.editor.prevRows = this.editor.getCursorPos().rows;
  };

  /** The terminal has wrapped what is typed anew: the cursor stands on another row than readline left it. */
  private readonly adaptRows = (): void => {
    const { cols, rows } = this.editor.getCursorPos();
    // After text that fills its row to the edge, terminals leave the cursor there, readline sees it on the next.
    this.editor.prevRows = cols === 0 && rows > 0 ? rows - 1 : rows;
  };
}

function eraseUpwards(rows: number): string {
  return `${rows > 0 ? `\u001b[${rows}A` : ""}\r\u001b[0J`;
}
