import type { CliCommand } from "../cli/command.ts";
import { chatUrl, filePath, wholeNumber } from "../cli/parsers.ts";
import type { Runtime } from "../cli/runtime.ts";
import { MAX_HISTORY_REQUEST } from "../protocol/limits.ts";
import type { ChatOptions } from "../terminal/chat.ts";

/** `--last`, not `--history`: its variable would also be that of `serve --history`, which means another thing. */
interface ChatCommandOptions extends Pick<ChatOptions, "url" | "name" | "json" | "tokenFile"> {
  last: number;
}

export function chatCommand(command: CliCommand, runtime: Runtime): void {
  command
    .description("chat in a room: in the terminal, or as a line per message from and into a pipe")
    .argument("[room]", "the room; asked for on a terminal, needed without one")
    .optionsGroup("Where:")
    .setting(
      "--url <address>",
      "the chat server, ws://…, or a balancer, http://…",
      chatUrl,
      "ws://127.0.0.1:8080",
    )
    .option("--name <name>", "your name (default: asked for on a terminal, else a guest's)")
    .setting(
      "--token-file <file>",
      "your token, where a server asks for one; SCALE_CHAT_TOKEN is the token itself",
      filePath,
    )
    .readsVariable("SCALE_CHAT_TOKEN")
    .optionsGroup("Output:")
    .setting(
      "--last <messages>",
      `how many earlier messages to show on joining, 0 to ${MAX_HISTORY_REQUEST}`,
      wholeNumber("a number of messages", 0, MAX_HISTORY_REQUEST),
      "50",
    )
    .option("--json", "a JSON object per message, and no line editor", false)
    .examples(
      "scale-chat chat",
      "scale-chat chat lobby --name ann --url wss://chat.example.org",
      "echo hello | scale-chat chat lobby --name bot --last 0",
      "tail -f app.log | scale-chat chat ops --name app --json >answers.jsonl",
    )
    .runs<ChatCommandOptions>(async ({ last, ...options }, [room]) => {
      const { chat } = await import("../terminal/chat.ts");
      return chat({ ...options, room, history: last }, runtime);
    });
}
