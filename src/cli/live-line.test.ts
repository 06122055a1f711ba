import { expect, test } from "bun:test";
import { liveLine } from "./live-line.ts";

function stream(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { written, stream: { isTTY, columns: 10, write } as unknown as NodeJS.WriteStream };
}

test("on a terminal each line takes the place of the one before, cut to the window", () => {
  const terminal = stream(true);
  const show = liveLine(terminal.stream)!;
  show("short");
  show("far too long for it");
  show("");
  expect(terminal.written).toEqual(["\r\x1b[Kshort", "\r\x1b[Kfar too l", "\r\x1b[K"]);
});

test("nothing is drawn into a file", () => {
  expect(liveLine(stream(false).stream)).toBeNull();
});
