import { afterEach, describe, expect, test } from "bun:test";
import { roomUrl } from "../protocol/handshake.ts";
import { DEADLINE_MS, PROGRAM, type RunningServer, run, startServer, until } from "./harness.ts";
import {
  CTRL_C,
  CTRL_D,
  ENTER,
  openTerminal,
  type ProgramInTerminal,
  TAB,
  type TerminalOptions,
} from "./terminal.ts";

const TEST_MS = 2 * DEADLINE_MS;
const opened: Array<{ kill(): Promise<void> }> = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((program) => program.kill()));
});

async function serve(args: string[] = []): Promise<RunningServer> {
  const server = await startServer(args);
  opened.push(server);
  return server;
}

const addressOf = ({ port }: { port: number }) => `ws://127.0.0.1:${port}`;

function open(args: string[], options?: TerminalOptions): ProgramInTerminal {
  const terminal = openTerminal(["chat", ...args], options);
  opened.push(terminal);
  return terminal;
}

/** Two people in one room who know of each other. */
async function annAndBob(server: RunningServer, options?: TerminalOptions) {
  const [ann, bob] = ["ann", "bob"].map((name) =>
    open(["lobby", "--name", name, "--url", addressOf(server)], options),
  ) as [ProgramInTerminal, ProgramInTerminal];
  await ann.sees("lobby (2) >");
  await bob.sees("lobby (2) >");
  return { ann, bob };
}

/** Types a line as a person would: the keys first, Enter when they are on the screen. */
async function enter(terminal: ProgramInTerminal, line: string): Promise<void> {
  terminal.type(line);
  await terminal.sees(`> ${line}`);
  terminal.type(ENTER);
}

describe("two people in a room", () => {
  test(
    "see each other, their own messages marked, mentions standing out",
    async () => {
      const { ann, bob } = await annAndBob(await serve());
      await enter(ann, "hello there");
      await ann.sees("✓ ann: hello there");
      await bob.sees("  ann: hello there");
      await enter(bob, "hi ann");
      await ann.sees("@ bob: hi ann");
      await bob.sees("✓ bob: hi ann");
      // The typed line has made way for the message.
      await until(() => ann.screen.typed === "lobby (2) > ", "the empty prompt");
      expect(ann.screen.text.match(/hello there/g)).toHaveLength(1);
    },
    TEST_MS,
  );

  test(
    "what is typed survives messages, also over several rows",
    async () => {
      const { ann, bob } = await annAndBob(await serve(), { columns: 30, rows: 20 });
      const long = "a line that is long enough to take three rows of this";
      bob.type(long);
      await until(() => bob.screen.text.replaceAll("\n", "").endsWith(long), "all of it");
      for (const text of ["one", "two", "three"]) {
        await enter(ann, text);
        await bob.sees(`  ann: ${text}`);
      }
      const rows = ["lobby (2) > a line that is lon", "g enough to take three rows of", " this"].join("\n");
      expect(bob.screen.text).toEndWith(`  ann: one\n  ann: two\n  ann: three\n${rows}`);
      bob.type(ENTER);
      await ann.sees("  bob: a line that is long eno");
      await bob.sees(/three\n✓ bob: a line that is long eno\nugh to take three rows of this\nlobby \(2\) >$/);
    },
    TEST_MS,
  );

  test(
    "what is typed survives a resize",
    async () => {
      const { ann, bob } = await annAndBob(await serve());
      bob.type("twenty-two characters,");
      await bob.sees("> twenty-two characters,");
      bob.resize(40);
      bob.type(" now more than one row");
      await bob.sees("> twenty-two characters, now m\nore than one row");
      await enter(ann, "hello");
      await bob.sees("  ann: hello\nlobby (2) > twenty-two characters, now m\nore than one row");
      bob.type(ENTER);
      await ann.sees("  bob: twenty-two characters, now more than one row");
    },
    TEST_MS,
  );

  test(
    "names and commands are completed, commands obeyed",
    async () => {
      const server = await serve();
      const { ann, bob } = await annAndBob(server);
      ann.type("b");
      await ann.sees("> b");
      ann.type(TAB);
      await ann.sees("> bob:");
      ann.type(`psst${ENTER}`);
      await bob.sees("@ ann: bob: psst");

      ann.type("/ni");
      await ann.sees("> /ni");
      ann.type(TAB);
      await ann.sees("> /nick");
      ann.type(`anna${ENTER}`);
      await ann.sees("you are anna now");
      await enter(ann, "new name");
      await bob.sees("  anna: new name");
      await ann.sees("✓ anna: new name");

      await enter(ann, "/who");
      await ann.sees("2 here: anna, bob");
      await enter(ann, "/nonsense");
      await ann.sees("/nonsense: no such command");
      await enter(ann, "//slash");
      await bob.sees("  anna: /slash");

      await enter(ann, "/join other");
      await ann.sees("in other as anna");
      await enter(ann, "alone");
      await ann.sees("✓ anna: alone");
      await bob.sees("lobby (1) >");
      expect(bob.screen.text).not.toContain("alone");
      await enter(bob, "/join other");
      await bob.sees("  anna: alone");
    },
    TEST_MS,
  );

  test.each([
    ["Ctrl-C", CTRL_C],
    ["Ctrl-D", CTRL_D],
    ["/quit", `/quit${ENTER}`],
  ])(
    "%s leaves politely",
    async (_, keys) => {
      const { ann, bob } = await annAndBob(await serve());
      ann.type(keys);
      expect(await ann.exited).toBe(0);
      expect(ann.screen.text).toEndWith("left lobby");
      await bob.sees("lobby (1) >");
    },
    TEST_MS,
  );

  test(
    "come back by themselves when the server does, and are told",
    async () => {
      const server = await serve();
      const { ann, bob } = await annAndBob(server);
      await enter(ann, "before");
      await bob.sees("  ann: before");
      bob.type("half a thou");
      await bob.sees("> half a thou");
      await server.stop();
      await ann.sees("connection lost (server is stopping), trying again in");
      await ann.sees("lobby (offline");
      await enter(ann, "while away");
      await ann.sees("(1 sending) >");
      await serve(["--port", String(server.port)]);
      await ann.sees("✓ ann: while away");
      await ann.sees("* back");
      await bob.sees("  ann: while away");
      expect(ann.screen.text.match(/while away/g)).toHaveLength(1);
      await bob.sees("lobby (2) > half a thou");
      bob.type(`ght${ENTER}`);
      await ann.sees("  bob: half a thought");
    },
    TEST_MS,
  );
});

describe("a person", () => {
  test(
    "is asked for what was not given",
    async () => {
      const server = await serve();
      const ann = open(["--url", addressOf(server)]);
      await ann.sees("Your name");
      ann.type(`ann${ENTER}`);
      await ann.sees("Which room");
      ann.type(`den${ENTER}`);
      await ann.sees("in den as ann");
      await enter(ann, "first");
      await ann.sees("✓ ann: first");
    },
    TEST_MS,
  );

  test(
    "may leave instead of answering",
    async () => {
      const nobody = open(["--url", "ws://127.0.0.1:1"]);
      await nobody.sees("Your name");
      nobody.type(CTRL_C);
      expect(await nobody.exited).toBe(0);
      expect(nobody.screen.text).toContain("Nobody joined");
    },
    TEST_MS,
  );

  test(
    "sees what was said before, and nothing that a stranger's terminal tricks could do",
    async () => {
      const server = await serve();
      await tellFromOutside(server, "e\u202evil", "line one\nline two \u202ebidi");
      const ann = open(["lobby", "--name", "ann", "--url", addressOf(server)]);
      await ann.sees("  evil: line one line two bidi");
      await tellFromOutside(server, "mal\u2066lory", "ann\u2028live\u200f");
      await ann.sees("@ mallory: ann live");
      expect(ann.raw).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200f\u2028\u0007]/);
    },
    TEST_MS,
  );

  test(
    "a server that sends escape sequences does not get them through",
    async () => {
      const hostile = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e";
      const server = hostileServer(hostile);
      try {
        const ann = open(["lobby", "--name", "ann", "--url", addressOf({ port: server.port! })]);
        await ann.sees("mallory");
        await ann.sees("the server ended the connection");
        expect(await ann.exited).toBe(1);
        expect(ann.raw).not.toMatch(/\u001b\]|\u0007|\u009b|\u202e/);
        // What stays of them is text.
        expect(ann.screen.text).toContain("]0;owned[2J31m");
      } finally {
        await server.stop(true);
      }
    },
    TEST_MS,
  );

  test(
    "is told in one line when nobody answers",
    async () => {
      const ann = open(["lobby", "--name", "ann", "--url", "ws://127.0.0.1:1"]);
      expect(await ann.exited).toBe(1);
      expect(ann.screen.text).toBe("scale-chat: Cannot join lobby: nothing listens on 127.0.0.1:1");
    },
    TEST_MS,
  );

  test(
    "has colours, unless they are not wanted",
    async () => {
      const server = await serve();
      const place = ["lobby", "--name", "ann", "--url", addressOf(server)];
      const coloured = open(place);
      await coloured.sees("lobby (1) >");
      expect(coloured.raw).toMatch(/\u001b\[\d+m/);
      const plain = open(place, { env: { NO_COLOR: "1" } });
      await plain.sees("lobby (2) >");
      expect(plain.raw).not.toMatch(/\u001b\[[\d;]+m/);
    },
    TEST_MS,
  );
});

describe("a script", () => {
  test(
    "sends its input and ends",
    async () => {
      const url = addressOf(await serve());
      const said = await run(["chat", "lobby", "--name", "bot", "--url", url], { stdin: "hello\n" });
      expect(said).toEqual({ exitCode: 0, stdout: "bot: hello\n", stderr: "" });
      const read = await run(["chat", "lobby", "--url", url, "--json"]);
      expect(JSON.parse(read.stdout)).toMatchObject({ sender: "bot", text: "hello", history: true });
    },
    TEST_MS,
  );

  test(
    "is told what is missing or not there",
    async () => {
      const noRoom = await run(["chat"]);
      expect(noRoom.exitCode).toBe(2);
      expect(noRoom.stderr).toContain("a room is missing");
      const nobody = await run(["chat", "lobby", "--url", "ws://127.0.0.1:1"], { stdin: "x\n" });
      expect(nobody).toMatchObject({ exitCode: 1, stdout: "" });
      expect(nobody.stderr).toBe("scale-chat: Cannot join lobby: nothing listens on 127.0.0.1:1\n");
    },
    TEST_MS,
  );

  test(
    "may close its end early, or be interrupted while it listens",
    async () => {
      const server = await serve();
      const chat = `"$0" chat lobby --url ${addressOf(server)}`;
      const shell = (line: string) =>
        Bun.spawn(["sh", "-c", line, PROGRAM], { stdout: "pipe", stderr: "pipe" });
      const head = shell(`seq 1 5000 | ${chat} | head -n 1`);
      expect(await head.stdout.text()).toMatch(/: 1\n$/);
      expect(await head.stderr.text()).toBe("");
      expect(await head.exited).toBe(0);

      const listener = Bun.spawn([PROGRAM, "chat", "den", "--url", addressOf(server)], {
        stdin: "pipe",
        stdout: "pipe",
      });
      opened.push({ kill: async () => listener.kill("SIGKILL") });
      const reader = listener.stdout.getReader();
      await run(["chat", "den", "--name", "bot", "--url", addressOf(server)], { stdin: "psst\n" });
      expect(new TextDecoder().decode((await reader.read()).value)).toBe("bot: psst\n");
      listener.kill("SIGINT");
      expect(await listener.exited).toBe(0);
    },
    TEST_MS,
  );
});

/** A message by a client that checks nothing. */
async function tellFromOutside(server: RunningServer, name: string, text: string): Promise<void> {
  const socket = new WebSocket(roomUrl(addressOf(server), "lobby", { name }), ["scale-chat.v1"]);
  await new Promise<void>((resolve, reject) => {
    socket.onerror = () => reject(new Error("could not connect"));
    socket.onopen = () => socket.send(JSON.stringify({ type: "message", message_id: 1, text }));
    socket.onmessage = ({ data }) => {
      if (String(data).includes('"ack"')) resolve();
    };
  });
  socket.close();
}

/** A server that puts `hostile` wherever the protocol has room for text, and then ends the connection. */
function hostileServer(hostile: string) {
  const limits = { max_payload: 1024, history: 10 };
  const welcome = { type: "welcome", connection_id: "c", server_id: "s", room: hostile, epoch: "e", limits };
  const frames = [
    { ...welcome, name: `ann${hostile}`, offset: 1, replay: 1, recovered: false },
    {
      type: "message",
      offset: 1,
      message_id: 1,
      sender: hostile,
      text: hostile,
      sent_at: hostile,
      room: hostile,
    },
    {
      type: "message",
      offset: 2,
      message_id: 2,
      sender: `mallory${hostile}`,
      text: hostile,
      sent_at: hostile,
      room: "",
    },
    { type: "presence", members: 2, names: [hostile] },
    { type: "error", code: "invalid_frame", message: hostile },
  ];
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("no", { status: 426 })),
    websocket: {
      open(socket) {
        socket.send(JSON.stringify(frames));
        socket.close(4001, `\u001b[2Jbye${"\u202e"}`);
      },
      message() {},
    },
  });
}
