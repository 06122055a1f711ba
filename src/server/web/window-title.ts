import { titleLine } from "./wording.ts";

/** The window's title during a stay: the room, and how much was said there while nobody looked. */
export class WindowTitle {
  private unread = 0;
  private readonly onVisibility = () => {
    if (!document.hidden) this.unread = 0;
    this.draw();
  };

  constructor(private readonly room: string) {
    this.draw();
    document.addEventListener("visibilitychange", this.onVisibility);
  }

  count(): void {
    if (!document.hidden) return;
    this.unread++;
    this.draw();
  }

  /** From now on the title is somebody else's. */
  end(): void {
    document.removeEventListener("visibilitychange", this.onVisibility);
  }

  private draw(): void {
    document.title = titleLine(this.room, this.unread);
  }
}
