import { byId } from "./dom.ts";

/** Good news is old after this. */
const SHOWN_MS = 6000;

export type Tone = "plain" | "warning" | "danger";

/** One line on how things are; a screen reader reads it out when it changes. */
export class StatusLine {
  private readonly line = byId("status", HTMLElement);
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Stays until something else is said. */
  say(text: string, tone: Tone): void {
    clearTimeout(this.timer);
    this.line.dataset.tone = tone;
    if (this.line.textContent !== text) this.line.textContent = text;
  }

  /** Goes away after a while. */
  mention(text: string, tone: Tone = "plain"): void {
    this.say(text, tone);
    this.timer = setTimeout(() => this.clear(), SHOWN_MS);
  }

  clear(): void {
    this.say("", "plain");
  }
}
