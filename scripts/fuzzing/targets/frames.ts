import { dialects } from "../../../src/protocol/dialects.ts";
import { checkRoom, checkText } from "../../../src/protocol/text.ts";
import type { Chance } from "../chance.ts";
import { mutateJson } from "../mutate.ts";
import { type Note, promise, pureTarget } from "../target.ts";

/** What clients of the three dialects send when they mean well. */
export const CLIENT_FRAMES: readonly object[] = [
  { type: "message", message_id: 7, text: "hi" },
  { type: "message", message_id: "a-7", text: "one\ntwo" },
  { type: "who" },
  { type: "ping" },
  { message_id: 7, text: "hi", sender: "ann", sent_at: "2026-01-31T12:00:00.000Z", room: "r" },
  { text: "hi" },
  { type: "register", payload: { chatId: "r" } },
  { type: "chat", payload: { message: "hi" } },
];

const ALL = Object.values(dialects);
const SAID = { offset: 1, sentAt: "2026-01-31T12:00:00.000Z", room: "r" };

/** The server's ear: never an exception, and what it lets through keeps the rules of the protocol. */
export const frames = pureTarget((chance: Chance, note: Note) => {
  const frame = mutateJson(chance, chance.pick(CLIENT_FRAMES));
  note(frame);
  for (const dialect of ALL) {
    const heard = dialect.decodeFromClient(frame);
    if (heard.type === "register") promise(checkRoom(heard.room) === null, "the room of a register frame");
    if (heard.type !== "message") continue;
    promise(checkText(heard.text) === null, "the text of a message");
    // Whatever is let in has to come out at every other client as it was.
    const message = {
      ...SAID,
      text: heard.text,
      messageId: heard.messageId ?? 1,
      sender: heard.sender ?? "ann",
    };
    for (const other of ALL) {
      const [event] = other.decodeFromServer(other.encodeMessage(message));
      promise(
        event?.type === "message" && event.text === heard.text,
        `the text at a client of ${other.name}`,
      );
    }
  }
  promise(!("polluted" in {}), "the prototype of objects");
});
