import type { ReportIo } from "./report.ts";

/** Collects what a report writes, and gives it a text as its standard input. For tests. */
export class FakeIo implements ReportIo {
  readonly written = { stdout: "", stderr: "" };
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout = { write: (text: string) => (this.written.stdout += text) };
  readonly stderr = { write: (text: string) => (this.written.stderr += text) };

  constructor(stdin = "") {
    this.stdin = chunksOf(stdin, 1024);
  }
}

/** The bytes of a text in chunks of a size, as a stream would bring them. */
export async function* chunksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
