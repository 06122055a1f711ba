import { byId } from "./dom.ts";
import { newerLine } from "./wording.ts";

/** This close to its end the log counts as read to the end, CSS pixels. */
const NEAR = 48;

/** Keeps the newest message in sight of those who read there, and leaves those alone who read further up. */
export class Follower {
  private readonly button = byId("newer", HTMLButtonElement);
  private readonly resized = new ResizeObserver(() => this.grown(0));
  private atEnd = true;
  private lastTop = 0;
  private unseen = 0;
  private frame = 0;

  constructor(
    private readonly log: HTMLElement,
    list: HTMLElement,
  ) {
    this.button.hidden = true;
    this.follow(true);
    // Set, not added: the elements outlive a stay in a room.
    log.onscroll = () => this.scrolled();
    this.button.onclick = () => {
      this.jump();
      // The button goes away; the keyboard must not.
      byId("text", HTMLTextAreaElement).focus();
    };
    this.resized.observe(log);
    this.resized.observe(list);
  }

  end(): void {
    this.resized.disconnect();
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
    this.follow(true);
    this.seen();
    this.scroll();
  }

  private scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR;
    // Events come late: by now the log may have grown. Only who went up has left the end.
    this.follow(isNear || (this.atEnd && scrollTop >= this.lastTop));
    this.lastTop = scrollTop;
    if (this.atEnd) this.seen();
  }

  private follow(atEnd: boolean): void {
    this.atEnd = atEnd;
    // The browser holds the text still for those who read further up; at the end it would look like going up.
    this.log.style.setProperty("overflow-anchor", atEnd ? "none" : "auto");
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
      if (!this.atEnd) return;
      this.log.scrollTop = this.log.scrollHeight;
      this.lastTop = this.log.scrollTop;
    });
  }
}
