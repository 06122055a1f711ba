import { titleLine } from "./wording.ts";

/** The window's title: the room, and how much was said there while nobody looked. */
export class WindowTitle {
  private unread = 0;

  constructor(private readonly room: string) {
    this.draw();
    // Set, not added: the document outlives a stay in a room.
    document.onvisibilitychange = () => {
      if (!document.hidden) this.unread = 0;
      this.draw();
    };
  }

  count(): void {
    if (!document.hidden) return;
    this.unread++;
    this.draw();
  }

  private draw(): void {
    document.title = titleLine(this.room, this.unread);
  }
}
