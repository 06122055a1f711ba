import { sanitise } from "../../lib/sanitise.ts";
import { create } from "./dom.ts";
import { cleanText, hueOf } from "./wording.ts";

/** What the log shows of one message. */
export interface ShownMessage {
  sender: string;
  text: string;
  /** RFC 3339. */
  sentAt: string;
  own: boolean;
}

/** How far an own message has come. */
export type OwnState = "pending" | "sent" | "refused";

const STATE_WORDS: Record<OwnState, string> = { pending: "Sending", sent: "Sent", refused: "Not sent" };
/** Messages of one sender within this time stand together. */
const TOGETHER_MS = 5 * 60_000;

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const dayFormat = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });

/** One message in the log. */
export class MessageItem {
  readonly element: HTMLLIElement;
  private readonly mark: HTMLElement | null;
  private readonly time: number;

  constructor(private readonly message: ShownMessage) {
    const { sender, text, sentAt, own } = message;
    this.time = Date.parse(sentAt);
    this.element = create("li", own ? "message own" : "message");
    this.element.dataset.hue = String(hueOf(sender));

    const who = create("p", "who");
    who.append(create("bdi", "", own ? "You" : sanitise(sender)));
    const bubble = create("div", "bubble");
    const words = create("p", "text", cleanText(text));
    words.dir = "auto";
    const about = create("span", "about");
    about.append(this.timeElement());
    this.mark = own ? create("span", "mark") : null;
    if (this.mark !== null) {
      this.mark.role = "img";
      about.append(this.mark);
    }
    bubble.append(words, about);
    this.element.append(who, bubble);
    items.set(this.element, this);
  }

  /** Shows how far an own message has come; the label is no text, so that it is not read out by itself. */
  set state(state: OwnState) {
    if (this.mark === null) return;
    this.mark.dataset.state = state;
    this.mark.ariaLabel = STATE_WORDS[state];
    this.mark.title = STATE_WORDS[state];
    this.element.classList.toggle("pending", state === "pending");
  }

  refuse(reason: string): void {
    this.state = "refused";
    this.element.append(create("p", "refusal", `Not sent: ${sanitise(reason)}`));
  }

  /** Adapts to what stands before it: the name is said once per group, the day once per day. */
  follow(before: MessageItem | null, now: number): void {
    const newDay = before === null ? !isSameDay(this.time, now) : !isSameDay(this.time, before.time);
    const together =
      before !== null &&
      before.message.sender === this.message.sender &&
      before.message.own === this.message.own &&
      Math.abs(this.time - before.time) < TOGETHER_MS;
    this.element.classList.toggle("follows", together && !newDay);
    if (newDay) this.element.dataset.day = dayName(this.time, now);
    else delete this.element.dataset.day;
  }

  private timeElement(): HTMLElement {
    const element = create("time", "");
    // What is no time (a month 13 passes the wire) is not shown.
    if (Number.isNaN(this.time)) return element;
    element.dateTime = new Date(this.time).toISOString();
    element.textContent = timeFormat.format(this.time);
    element.title = fullFormat.format(this.time);
    return element;
  }
}

const items = new WeakMap<Element, MessageItem>();

/** The item of an element of the log, or `null` when it is a notice or nothing. */
export function itemOf(element: Element | null): MessageItem | null {
  return element === null ? null : (items.get(element) ?? null);
}

function isSameDay(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return true;
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function dayName(time: number, now: number): string {
  return isSameDay(time, now) ? "Today" : dayFormat.format(time);
}
