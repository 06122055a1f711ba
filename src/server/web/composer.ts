import { byId } from "./dom.ts";

/** Where one writes. `onSend` answers whether it took the text; if not, the text stays. */
export class Composer {
  private readonly field = byId("text", HTMLTextAreaElement);

  constructor(private readonly onSend: (text: string) => boolean) {
    // Set, not added: the elements outlive a stay in a room.
    byId("composer", HTMLFormElement).onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
    this.field.onkeydown = (event) => {
      // While an input method composes a character, Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    };
    byId("chat", HTMLElement).onkeydown = (event) => {
      if (event.key === "Escape") this.field.focus();
    };
    this.field.oninput = () => this.fit();
    this.field.value = "";
    this.fit();
    this.field.focus();
  }

  private submit(): void {
    const text = this.field.value.trimEnd();
    if (text.trim().length > 0 && this.onSend(text)) this.field.value = "";
    this.fit();
    this.field.focus();
  }

  /** As tall as its text, up to the height that the style allows. */
  private fit(): void {
    const { style } = this.field;
    style.height = "auto";
    const borders = this.field.offsetHeight - this.field.clientHeight;
    style.height = `${this.field.scrollHeight + borders}px`;
  }
}
