import { byId, setText } from "./dom.ts";

const SHOWN_MS = 8000;

/** The page's own words: whether it is live, and how an order went. */
export class Notice {
  private readonly banner = byId("lost", HTMLElement);
  private readonly said = byId("said", HTMLElement);
  private readonly state = byId("state", HTMLElement);
  private readonly title = document.title;
  private timer: ReturnType<typeof setTimeout> | undefined;

  say(sentence: string): void {
    clearTimeout(this.timer);
    setText(this.said, sentence);
    this.timer = setTimeout(() => setText(this.said, ""), SHOWN_MS);
  }

  lost(sentence: string): void {
    document.body.dataset.state = "lost";
    document.title = `Not live · ${this.title}`;
    setText(this.state, "Not live");
    setText(this.banner, sentence);
  }

  live(): void {
    document.body.dataset.state = "live";
    document.title = this.title;
    setText(this.state, "Live");
    setText(this.banner, "");
  }
}
