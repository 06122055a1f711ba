import { expect, test } from "bun:test";
import { liveBlock } from "./live-block.ts";

function terminal(isTTY: boolean) {
  const stream = {
    isTTY,
    columns: 6,
    rows: 4,
    written: "",
    write: (text: string) => (stream.written += text),
  };
  return stream;
}

test("each text takes the place of the one before, cut to the window; the empty one leaves nothing", () => {
  const stream = terminal(true);
  const draw = liveBlock(stream as unknown as NodeJS.WriteStream)!;
  draw("one\ntwo\n");
  draw("a longer line\n2\n3\n4\n5\n");
  draw("");
  draw("");
  expect(stream.written).toBe(
    "\r\x1b[Jone\ntwo\n" + "\x1b[2A\r\x1b[Ja lon\n2\n3\n" + "\x1b[3A\r\x1b[J" + "\r\x1b[J",
  );
});

test("nobody watches a file", () => {
  expect(liveBlock(terminal(false) as unknown as NodeJS.WriteStream)).toBeNull();
});
