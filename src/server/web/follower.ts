import { byId } from "./dom.ts";
import { newerLine } from "./wording.ts";

/** This close to its end the log counts as read to the end, CSS pixels. */
const NEAR = 48;

/** Keeps the newest message in sight of those who read there, and leaves those alone who read further up. */
export class Follower {
  private readonly button = byId("newer", HTMLButtonElement);
  private atEnd = true;
  private unseen = 0;
  private frame = 0;

  constructor(
    private readonly log: HTMLElement,
    list: HTMLElement,
  ) {
    this.button.hidden = true;
    // One for the page's life: a later stay in a room takes the handlers over.
    log.onscroll = () => this.scrolled();
    this.button.onclick = () => {
      this.jump();
      // The button goes away; the keyboard must not.
      byId("text", HTMLTextAreaElement).focus();
    };
    const resized = new ResizeObserver(() => this.grown(0));
    resized.observe(log);
    resized.observe(list);
  }

  /** The log is longer by `messages` new ones. */
  grown(messages: number): void {
    if (this.atEnd) this.scroll();
    else if (messages > 0) {
      this.unseen += messages;
      this.button.textContent = newerLine(this.unseen);
      this.button.hidden = false;
    }
  }

  /** Goes to the end and stays there. */
  jump(): void {
    this.atEnd = true;
    this.seen();
    this.scroll();
  }

  private scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.atEnd) this.seen();
  }

  private seen(): void {
    this.unseen = 0;
    this.button.hidden = true;
  }

  /** Once per frame, however many messages came: each look at the height costs a layout. */
  private scroll(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.atEnd) this.log.scrollTop = this.log.scrollHeight;
    });
  }
}
