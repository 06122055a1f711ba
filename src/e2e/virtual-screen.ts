/**
 * As much of a terminal (ECMA-48, xterm) as a line editor needs: wrapping, scrolling, moving and erasing.
 * Characters are taken for one column wide, colours and modes are ignored.
 */
export class VirtualScreen {
  private lines: string[][];
  private row = 0;
  private column = 0;
  /** The start of an escape sequence whose end has not come yet. */
  private pending = "";

  constructor(
    private columns: number,
    private readonly rows: number,
  ) {
    this.lines = Array.from({ length: rows }, () => []);
  }

  /** What is to be seen, without the empty rows at the end. */
  get text(): string {
    const rows = this.lines.map((line) =>
      Array.from(line, (cell) => cell ?? " ")
        .join("")
        .trimEnd(),
    );
    return rows.join("\n").trimEnd();
  }

  /** The row with the cursor, which is where someone types. */
  get typed(): string {
    return Array.from(this.lines[this.row]!, (cell) => cell ?? " ").join("");
  }

  /** Narrower or wider; what is there already stays where it is, as in xterm. */
  resize(columns: number): void {
    this.columns = columns;
  }

  write(data: string): void {
    const text = this.pending + data;
    this.pending = "";
    const piece = /\u001b\[([?\d;]*)([@-~])|\u001b[^[]|\u001b\[[?\d;]*$|\u001b$|[^\u001b]/gsu;
    for (const [whole, parameters, final] of text.matchAll(piece)) {
      if (final !== undefined) this.control(final, parameters!);
      else if (/^\u001b(\[[?\d;]*)?$/.test(whole)) this.pending = whole;
      else if (!whole.startsWith("\u001b")) this.put(whole);
    }
  }

  private put(character: string): void {
    if (character === "\r") this.column = 0;
    else if (character === "\n") this.feed();
    else if (character === "\b") this.column = Math.max(0, this.column - 1);
    else if (character >= " ") {
      // The cursor stays at the edge until something more is written.
      if (this.column >= this.columns) {
        this.column = 0;
        this.feed();
      }
      this.lines[this.row]![this.column++] = character;
    }
  }

  private feed(): void {
    if (this.row < this.rows - 1) {
      this.row++;
    } else {
      this.lines.shift();
      this.lines.push([]);
    }
  }

  private control(final: string, parameters: string): void {
    const [first = 0, second = 0] = parameters.split(";").map(Number);
    const count = Math.max(1, first);
    const line = this.lines[this.row]!;
    switch (final) {
      case "A":
        this.row = Math.max(0, this.row - count);
        break;
      case "B":
        this.row = Math.min(this.rows - 1, this.row + count);
        break;
      case "C":
        this.column = Math.min(this.columns - 1, this.column + count);
        break;
      case "D":
        this.column = Math.max(0, Math.min(this.column, this.columns - 1) - count);
        break;
      case "G":
        this.column = Math.min(this.columns, count) - 1;
        break;
      case "H":
        this.row = Math.min(this.rows, count) - 1;
        this.column = Math.min(this.columns, Math.max(1, second)) - 1;
        break;
      case "J":
        if (first === 0) {
          line.length = Math.min(line.length, this.column);
          this.lines = this.lines.map((kept, row) => (row > this.row ? [] : kept));
        } else {
          this.lines = this.lines.map(() => []);
        }
        break;
      case "K":
        if (first === 0) line.length = Math.min(line.length, this.column);
        else if (first === 1) line.fill(" ", 0, this.column + 1);
        else line.length = 0;
        break;
    }
  }
}
