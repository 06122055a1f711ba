import type { Answer } from "./ask.ts";
import { renderFleet } from "./table.ts";

/** Shows one answer after the other. */
export interface View {
  show(answer: Answer): void;
  /** There is none this time. */
  complain(problem: string): void;
  close(): void;
}

type Output = Pick<NodeJS.WriteStream, "write">;

/** For a pipe or a file: one text after the other, and what goes wrong beside them. */
export class StreamView implements View {
  constructor(
    private readonly textOf: (answer: Answer) => string,
    private readonly stdout: Output,
    private readonly stderr: Output,
  ) {}

  show(answer: Answer): void {
    this.stdout.write(this.textOf(answer));
  }

  complain(problem: string): void {
    this.stderr.write(`scale-chat: ${problem}\n`);
  }

  close(): void {}
}

export const jsonLine = ({ json }: Answer) => `${json}\n`;

/** The table under its time, and what separates it from the next. */
export const timedBlock = ({ status }: Answer) =>
  `${new Date(status.at).toISOString()}\n${renderFleet(status)}\n`;

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";

/**
 * The whole terminal as long as it lasts, on the screen that it has besides the usual one, so that what was there is
 * there again; the last table stays below it. The cursor is hidden and lines are cut, not wrapped.
 */
export class ScreenView implements View {
  private last: Answer | null = null;
  private problem: string | null = null;
  private readonly redraw = () => this.draw();

  constructor(private readonly terminal: NodeJS.WriteStream) {
    terminal.write(ENTER);
    terminal.on("resize", this.redraw);
  }

  show(answer: Answer): void {
    this.last = answer;
    this.problem = null;
    this.draw();
  }

  complain(problem: string): void {
    this.problem = problem;
    this.draw();
  }

  close(): void {
    this.terminal.off("resize", this.redraw);
    this.terminal.write(`${LEAVE}${this.last === null ? "" : renderFleet(this.last.status)}`);
  }

  private draw(): void {
    const table = this.last === null ? "" : renderFleet(this.last.status);
    const text = `${this.problem ?? "The fleet, each second; Ctrl-C ends."}\n\n${table}`;
    const lines = text.trimEnd().split("\n").slice(0, this.terminal.rows);
    this.terminal.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join("\r\n")}\u001b[J`);
  }
}
