import { checkName, checkRoom } from "../protocol/text.ts";
import type { TerminalIo } from "./io.ts";

const DEFAULT_ROOM = "lobby";

/** Asks for what was not given. `null`: the person would rather leave. An empty name is the server's choice. */
export async function askForPlace(
  given: { name: string | undefined; room: string | undefined },
  io: Pick<TerminalIo, "stdin" | "stdout">,
): Promise<{ name: string | null; room: string } | null> {
  if (given.name !== undefined && given.room !== undefined)
    return { name: given.name || null, room: given.room };
  const { isCancel, text } = await import("@clack/prompts");
  const streams = { input: io.stdin, output: io.stdout };

  let { name, room } = given;
  if (name === undefined) {
    const answer = await text({
      ...streams,
      message: "Your name",
      placeholder: "leave empty to be a guest",
      validate: (value = "") => (value === "" ? undefined : (checkName(value) ?? undefined)),
    });
    if (isCancel(answer)) return null;
    name = answer ?? "";
  }
  if (room === undefined) {
    const answer = await text({
      ...streams,
      message: "Which room",
      placeholder: DEFAULT_ROOM,
      defaultValue: DEFAULT_ROOM,
      validate: (value = "") => (value === "" ? undefined : (checkRoom(value) ?? undefined)),
    });
    if (isCancel(answer)) return null;
    room = answer;
  }
  return { name: name === "" ? null : name, room };
}
