import type { RoomMessage } from "../client/connection.ts";
import { Changes } from "../lib/changes.ts";
import { excerpt } from "../lib/sanitise.ts";
import type { Shutdown } from "../lib/shutdown.ts";
import type { Paint } from "./colours.ts";
import { complete } from "./completion.ts";
import type { Place, TerminalIo } from "./io.ts";
import { refusedJoin } from "./join.ts";
import { cleanName } from "./message-lines.ts";
import { notJoinedNotice, unsentNotice } from "./notices.ts";
import type { OpenScreen, Screen } from "./screen.ts";
import { type ChatActions, parseInput } from "./slash-commands.ts";
import { messageLine, noticeLine, promptText } from "./view.ts";
import { Visit, type VisitListener } from "./visit.ts";

export interface InteractiveParts {
  io: Pick<TerminalIo, "random" | "stdout">;
  paint: Paint;
  openScreen: OpenScreen;
  shutdown: Shutdown;
}

/**
 * Chat for a person: a line editor at the bottom, the room above it. Answers with 0 when the person left, with
 * 1 when the server ended it. Throws `OperationError` when the first room cannot be joined to begin with.
 */
export async function runInteractive(place: Place, parts: InteractiveParts): Promise<number> {
  return new InteractiveChat(place, parts).run();
}

class InteractiveChat implements VisitListener, ChatActions {
  private visit: Visit;
  private screen: Screen | null = null;
  private readonly changes = new Changes();
  private over: "left" | "refused" | "ended by server" | null = null;
  private timestamps = false;
  private quiet = false;

  constructor(
    place: Place,
    private readonly parts: InteractiveParts,
  ) {
    this.visit = new Visit(place, parts.io, this);
  }

  async run(): Promise<number> {
    const { shutdown, io } = this.parts;
    void shutdown.requested.then(() => this.leave());
    this.visit.start();
    await this.changes.until(() => this.over !== null);
    // First: from here on Ctrl-C is a signal again, and a second one ends a goodbye that takes too long.
    this.screen?.close();
    const unsent = await this.visit.leave();
    const { place } = this.visit;
    if (this.over === "refused") throw await refusedJoin(place);
    if (unsent > 0) io.stdout.write(`${unsentNotice(unsent)}\n`);
    if (this.over !== "left") return 1;
    io.stdout.write(`left ${excerpt(place.room)}\n`);
    return 0;
  }

  // What the visit tells.

  message(message: RoomMessage, ownName: string): void {
    this.screen?.print(messageLine(message, ownName, this.style));
  }

  say(notice: string): void {
    this.screen?.print(noticeLine(notice, this.style));
  }

  remark(notice: string): void {
    if (!this.quiet) this.say(notice);
  }

  changed(): void {
    const { status } = this.visit;
    const shown = this.quiet ? { ...status, members: null } : status;
    this.screen?.setPrompt(promptText(shown, this.parts.paint));
  }

  joined(): void {
    this.screen ??= this.openScreen();
    this.say(
      `in ${excerpt(this.visit.place.room)} as ${cleanName(this.visit.name)}; /help tells what can be typed`,
    );
  }

  notJoined(retryMs: number | null): void {
    // Only the first room must be there: whoever is chatting already is not thrown out for asking for another.
    if (this.screen === null || retryMs === null) this.end("refused");
    else if (this.visit.status.tries === 1) this.remark(notJoinedNotice(this.visit.place.room, retryMs));
  }

  ended(): void {
    this.end("ended by server");
  }

  // What the person has done.

  rename(name: string): void {
    this.visit.rename(name);
  }

  join(room: string): void {
    const { place, name } = this.visit;
    if (room === place.room) {
      this.say(`you are in ${excerpt(room)} already`);
      return;
    }
    void this.visit.leave().then((unsent) => {
      if (unsent > 0) this.say(`${excerpt(place.room)}: ${unsentNotice(unsent)}`);
    });
    this.visit = new Visit({ ...place, room, name: name === "" ? null : name }, this.parts.io, this);
    this.visit.start();
    this.changed();
  }

  who(): void {
    this.visit.who();
  }

  toggleQuiet(): void {
    this.quiet = !this.quiet;
    this.say(this.quiet ? "quiet: no notices of the connection, no number of members" : "no longer quiet");
    this.changed();
  }

  toggleTimestamps(): void {
    this.timestamps = !this.timestamps;
    this.say(
      this.timestamps ? "showing when messages were sent" : "no longer showing when messages were sent",
    );
  }

  leave(): void {
    this.end("left");
  }

  private typed(line: string): void {
    const input = parseInput(line);
    if (input.type === "message") this.visit.send(input.text);
    else if (input.type === "command") input.command.run(this, input.argument);
    else if (input.type === "mistake") this.say(input.problem);
  }

  private openScreen(): Screen {
    const { shutdown, openScreen } = this.parts;
    return openScreen({
      onLine: (line) => this.typed(line),
      onInterrupt: () => shutdown.receive("SIGINT"),
      onEnd: () => this.leave(),
      complete: (line) => complete(line, this.visit.otherNames()),
    });
  }

  private end(why: NonNullable<InteractiveChat["over"]>): void {
    this.over ??= why;
    this.changes.notify();
  }

  private get style() {
    return { paint: this.parts.paint, timestamps: this.timestamps };
  }
}
