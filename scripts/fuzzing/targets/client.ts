import { Connection, type ConnectionListener } from "../../../src/client/connection.ts";
import type { ClientSocket } from "../../../src/client/socket.ts";
import { sanitise } from "../../../src/lib/sanitise.ts";
import { plain } from "../../../src/protocol/plain.ts";
import { register } from "../../../src/protocol/register.ts";
import { plainPaint } from "../../../src/terminal/colours.ts";
import { gapNotice } from "../../../src/terminal/notices.ts";
import { membersText, messageLine, noticeLine, promptText } from "../../../src/terminal/view.ts";
import type { Chance } from "../chance.ts";
import { mutateJson } from "../mutate.ts";
import { type Note, promise, pureTarget } from "../target.ts";

const LIMITS = { max_payload: 65_536, history: 1000 };
const WHO = { connection_id: "c", server_id: "s", room: "r", name: "ann", limits: LIMITS };
const WELCOME = { type: "welcome", ...WHO, epoch: "one", offset: 5, replay: 2, recovered: false };
const SAID = { message_id: 1, sender: "bob", text: "hi", sent_at: "2026-01-31T12:00:00.000Z", room: "r" };

/** What a server says that means well. */
const SERVER_FRAMES: readonly object[] = [
  WELCOME,
  { type: "message", offset: 6, ...SAID },
  [
    { type: "message", offset: 7, ...SAID },
    { type: "ack", message_id: 2, offset: 8 },
  ],
  { type: "presence", members: 2, names: ["ann", "bob"] },
  { type: "redistribute", reason: "full", redirect: "ws://127.0.0.1:1", within_ms: 60_000 },
  { type: "gap", from: 8, to: 10, reason: "trimmed" },
  { type: "gap", from: 8, to: 10, reason: "epoch", epoch: "two" },
  { type: "pong" },
  { type: "error", code: "not_stored", message: "later", message_id: 2, retryable: true },
  { type: "redistribute", payload: { reason: "full", redirect: "ws://127.0.0.1:1" } },
  { message: "hi" },
];

/** A client whose server means ill: it goes on, and nothing of it reaches the terminal as more than text. */
export const client = pureTarget((chance: Chance, note: Note) => {
  const spoken = [JSON.stringify(WELCOME)];
  for (let left = 1 + chance.below(5); left > 0; left--)
    spoken.push(mutateJson(chance, chance.pick(SERVER_FRAMES)));
  note(spoken);
  const sockets: ClientSocket[] = [];
  const lines: string[] = [];
  const openSocket = () => {
    const socket = new MuteSocket();
    sockets.push(socket);
    return socket;
  };
  const session = "a-session-of-mine";
  const where = { url: "ws://127.0.0.1:1", room: "r", openSocket };
  const options = {
    ...where,
    name: "ann",
    session,
    history: 0,
    presence: "names" as const,
    random: () => 0.5,
  };
  const connection = new Connection(options, shownAs(lines));
  connection.connect();
  sockets[0]!.onopen?.({} as never);
  for (const data of spoken) {
    sockets[0]!.onmessage?.({ data } as never);
    connection.send("hello");
    for (const dialect of [plain, register]) dialect.decodeFromServer(data);
  }
  void connection.close();
  for (const socket of sockets) socket.onclose?.({ code: 1000, reason: "" } as never);
  for (const line of lines) promise(sanitise(line) === line, `a line without what terminals obey: ${line}`);
});

/** Everything that the terminal would show. */
function shownAs(lines: string[]): ConnectionListener {
  const style = { paint: plainPaint, timestamps: true };
  const notice = (text: string) => lines.push(noticeLine(text, style));
  return {
    onOnline: ({ room }) => {
      lines.push(promptText({ room, online: true, tries: 0, members: 1, sending: 0 }, plainPaint));
    },
    onOffline: notice,
    onEnd: notice,
    onMessage: (message) => lines.push(messageLine(message, "ann", style)),
    onAck: () => {},
    onGap: (gap) => notice(gapNotice(gap)),
    onPresence: ({ members, names }) => notice(membersText(members, names)),
    onError: ({ message }) => notice(message),
  };
}

/** A socket that says what it is told to, and to nobody. */
class MuteSocket implements ClientSocket {
  onopen: ClientSocket["onopen"] = null;
  onmessage: ClientSocket["onmessage"] = null;
  onclose: ClientSocket["onclose"] = null;
  onerror: ClientSocket["onerror"] = null;
  send(): void {}
  close(): void {}
}
