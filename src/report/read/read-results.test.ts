import { describe, expect, test } from "bun:test";
import { CSV_HEADER } from "../../results/csv.ts";
import type { EventSink } from "../../results/event.ts";
import { META } from "../../results/fake-run.ts";
import { encodeRunMeta, type RunMeta } from "../../results/run-meta.ts";
import { chunksOf } from "../fake-io.ts";
import { readResults } from "./read-results.ts";
import { RowError } from "./row-error.ts";

const SENT = "1,a,a,Sent,1763683200000123,1763683200000000";
const RECEIVED = "1,a,b,Received,1763683200004567,";
const OLD = ["1,a,a,Sent,1763683200000123", "1,a,b,Received,1763683200004567"];
const EVENTS = ["1 a Sent 1763683200000123 1763683200000000", "1 a b Received 1763683200004567"];
const OLD_EVENTS = ["1 a Sent 1763683200000123 null", "1 a b Received 1763683200004567"];

class Recorder implements EventSink {
  readonly events: string[] = [];
  meta: RunMeta | null = null;
  run(meta: RunMeta): void {
    this.meta = meta;
  }
  sent(messageId: string, senderId: string, timestampUs: number, scheduledUs: number | null): void {
    this.events.push(`${messageId} ${senderId} Sent ${timestampUs} ${scheduledUs}`);
  }
  received(messageId: string, senderId: string, clientId: string, timestampUs: number): void {
    this.events.push(`${messageId} ${senderId} ${clientId} Received ${timestampUs}`);
  }
}

async function read(text: string, chunk = 1 << 20) {
  const sink = new Recorder();
  const outcome = await readResults(chunksOf(text, chunk), sink);
  return { ...outcome, events: sink.events, meta: sink.meta };
}

async function problem(text: string): Promise<string> {
  const error = await read(text).then(
    () => new Error("nothing was wrong"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RowError)) throw error;
  return `${error.line}: ${error.message}`;
}

describe("forms of files", () => {
  test("ours: description, header, six columns", async () => {
    const { meta, events, cut, lines } = await read(
      `${encodeRunMeta(META)}${CSV_HEADER}\n${SENT}\n${RECEIVED}\n`,
    );
    expect({ meta, events, cut, lines }).toEqual({ meta: META, events: EVENTS, cut: false, lines: 4 });
  });

  test.each([
    ["a header without description", `${CSV_HEADER}\n${SENT}\n${RECEIVED}\n`, EVENTS],
    ["six columns without header", `${SENT}\n${RECEIVED}\n`, EVENTS],
    ["the older form", `${OLD.join("\n")}\n`, OLD_EVENTS],
    [
      "the older form with header",
      `${CSV_HEADER.replace(",scheduled_us", "")}\n${OLD.join("\n")}\n`,
      OLD_EVENTS,
    ],
    ["a whole last line without newline", OLD.join("\n"), OLD_EVENTS],
    ["Windows line ends", `${CSV_HEADER}\r\n${SENT}\r\n${RECEIVED}\r\n`, EVENTS],
    ["Windows line ends, no last one", `${SENT}\r\n${RECEIVED}`, EVENTS],
    ["a byte-order mark", `\ufeff${CSV_HEADER}\n${SENT}\n${RECEIVED}\n`, EVENTS],
    ["a byte-order mark before a row", `\ufeff${OLD.join("\n")}\n`, OLD_EVENTS],
    ["blank lines", `\n${OLD.join("\n\n")}\n\n\n`, OLD_EVENTS],
    ["quotes", '"1","a",a,"Sent","1763683200000123"\n1,a,"b",Received,1763683200004567\n', OLD_EVENTS],
    ["quoted commas and quotes", '1,"a,""1""",x,Sent,12\n', ['1 a,"1" Sent 12 null']],
    ["letters of all kinds", "é1,Zoë🎈,x,Sent,12\n", ["é1 Zoë🎈 Sent 12 null"]],
  ])("%s, however it is cut into chunks", async (_name, text, events) => {
    for (const chunk of [1, 2, 3, 7, 64, 1 << 20]) expect((await read(text, chunk)).events).toEqual(events);
  });

  test("a run without rows is still a run", async () => {
    const { meta, events } = await read(encodeRunMeta(META));
    expect({ meta, events }).toEqual({ meta: META, events: [] });
  });
});

describe("a last line that was cut short", () => {
  const whole = `${encodeRunMeta(META)}${CSV_HEADER}\n${SENT}\n${RECEIVED}\n`;

  test.each([SENT, RECEIVED])("is left out wherever the cut is: %s", async (row) => {
    for (let length = 1; length < row.length; length++) {
      const { events, cut, lines } = await read(whole + row.slice(0, length));
      expect({ length, events, cut, lines }).toEqual({ length, events: EVENTS, cut: true, lines: 4 });
    }
    expect((await read(whole + row)).cut).toBe(false);
  });

  test("of the older form, too", async () => {
    const row = OLD[1]!;
    for (let length = 1; length < row.length; length++) {
      const { events, cut } = await read(`${OLD.join("\n")}\n${row.slice(0, length)}`);
      expect({ length, events, cut }).toEqual({ length, events: OLD_EVENTS, cut: true });
    }
  });

  test("inside a quote", async () => {
    expect(await read(`${OLD.join("\n")}\n1,"a`)).toMatchObject({ cut: true, events: OLD_EVENTS });
  });
});

describe("bad files are refused with the line and what is allowed", () => {
  const allowed = "message_id,sender_id,client_id,type,timestamp_us,scheduled_us";
  const time = "allowed: whole microseconds since 1970, such as 1763683200000123";
  test.each([
    ["nothing at all", "", "1: the file is empty"],
    ["only a header", `${CSV_HEADER}\n`, "1: no rows: the file has nothing to report"],
    ["only blank lines", "\n\n", "2: no rows: the file has nothing to report"],
    [
      "prose",
      "hello\n",
      `1: not a results file: "hello" has 1 column; allowed: 6 (${allowed}) or the first 5 of them`,
    ],
    [
      "other columns",
      "message_id,when\n",
      `1: column 2 is unknown: "when"; allowed: ${allowed}, or the first 5 of them`,
    ],
    [
      "another order",
      "client_id,message_id,sender_id,type,timestamp_us\n",
      `1: columns in another order or number: "client_id,message_id,sender_id,type,timestamp_us"; allowed: ${allowed}, or the first 5 of them`,
    ],
    [
      "one column more",
      `${CSV_HEADER},note\n`,
      `1: column 7 is unknown: "note"; allowed: ${allowed}, or the first 5 of them`,
    ],
    ["too few columns", `${OLD[0]}\n1,a,b\n`, "2: 3 columns instead of 5 (message_id … timestamp_us)"],
    [
      "our row in an old file",
      `${OLD[0]}\n${SENT}\n`,
      "2: 6 columns instead of 5 (message_id … timestamp_us)",
    ],
    [
      "an old row in our file",
      `${CSV_HEADER}\n${OLD[0]}\n`,
      "2: 5 columns instead of 6 (message_id … scheduled_us)",
    ],
    ["another type", `${OLD[0]}\n1,a,b,Lost,12\n`, '2: type is "Lost"; allowed: Sent, Received'],
    ["a bad first row", "1,a,b,Lost,12\n", '1: type is "Lost"; allowed: Sent, Received'],
    ["a time in words", `${OLD[0]}\n1,a,b,Received,noon\n`, `2: timestamp_us is "noon"; ${time}`],
    ["a negative time", `${OLD[0]}\n\n1,a,b,Received,-5\n`, `3: timestamp_us is "-5"; ${time}`],
    ["a fraction", `${OLD[0]}\n1,a,b,Received,1.5\n`, `2: timestamp_us is "1.5"; ${time}`],
    [
      "nanoseconds",
      `1,a,b,Received,1763683200000123000\n`,
      `1: timestamp_us is "1763683200000123000"; ${time}`,
    ],
    ["no time", `1,a,b,Received,\n`, `1: timestamp_us is ""; ${time}`],
    ["a bad plan", `1,a,a,Sent,12,soon\n`, `1: scheduled_us is "soon"; ${time}`],
    ["no message id", `${OLD[0]}\n,a,b,Received,12\n`, "2: message_id is empty"],
    ["no sender", `1,,b,Received,12\n`, "1: sender_id is empty"],
    ["no client", `1,a,,Received,12\n`, "1: client_id is empty"],
    ["escape sequences", "1,a,b,\u001b[2JSent,12\n", '1: type is "[2JSent"; allowed: Sent, Received'],
    [
      "zero bytes",
      `${OLD.join("\n")}\n1,a\u0000`,
      "3: binary content (a zero byte); allowed: CSV text in UTF-8",
    ],
    ["endless lines", "x".repeat(70_000), "1: a line of more than 64 KiB: not a results file"],
  ])("%s", async (_name, text, message) => expect(await problem(text)).toBe(message));

  test("two files in one", async () => {
    const message = "a second beginning inside the file: were two files joined? report takes them one by one";
    const file = `${encodeRunMeta(META)}${CSV_HEADER}\n${SENT}\n`;
    expect(await problem(file + file)).toBe(`4: ${message}`);
    expect(await problem(`${CSV_HEADER}\n${SENT}\n${CSV_HEADER}\n${SENT}\n`)).toBe(`3: ${message}`);
  });

  test("quotes that are never closed, or closed on another line", async () => {
    const message =
      'a quote is never closed, or a field holds a line break; allowed: "…" within one line, "" for a quote';
    expect(await problem(`${OLD[0]}\n1,"a,b,Received,12\n1,a,b,Received,13\n`)).toBe(`2: ${message}`);
    expect(await problem(`${OLD[0]}\n1,"a\n",b,Received,12\n`)).toBe(`2: ${message}`);
    expect(await problem(`${OLD[0]}\n1,"a"x,b,Received,12\n`)).toBe(`2: ${message}`);
  });

  test("a description that cannot be read", async () => {
    const message =
      "1: the description of the run cannot be read; allowed: # scale-chat {…} as loadtest writes it, version 1";
    expect(await problem(`# scale-chat {"version":2}\n${SENT}\n`)).toBe(message);
    expect(await problem('# scale-chat {"version":1,"roo')).toBe(message);
  });

  test("the line is right far into the file and over many chunks", async () => {
    const text = `${`${SENT}\n`.repeat(5000)}1,a,a,Sent,x,\n${`${SENT}\n`.repeat(10)}`;
    const error = await readResults(chunksOf(text, 999), new Recorder()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ line: 5001 });
  });

  test("an error of the stream passes through", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${SENT}\n`);
      throw new TypeError("gone");
    }
    await expect(readResults(broken(), new Recorder())).rejects.toThrow("gone");
  });
});
