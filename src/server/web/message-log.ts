import type { MessageId } from "../../protocol/message.ts";
import { byId, create } from "./dom.ts";
import { Follower } from "./follower.ts";
import { itemOf, MessageItem, type OwnState, type ShownMessage } from "./message-item.ts";

/** The newest so many items stay in the page. */
const MAX_ITEMS = 1000;

/** The room's messages in the log's order, and after them own ones that have not come back. */
export class MessageLog {
  private readonly log = byId("log", HTMLElement);
  private readonly list = byId("messages", HTMLOListElement);
  private readonly empty = byId("empty", HTMLElement);
  private readonly follower = new Follower(this.log, this.list);
  private readonly awaited = new Map<MessageId, { item: MessageItem; state: OwnState }>();

  constructor() {
    this.list.replaceChildren();
    this.empty.hidden = true;
    this.log.ariaLive = "off";
    // What scrolls can be reached and scrolled with the keyboard.
    this.log.tabIndex = 0;
  }

  /** From now on a screen reader reads out what is added; history is there to be read, not to be heard. */
  readOut(): void {
    // After the browser has taken note of what was added before.
    requestAnimationFrame(() => {
      this.log.ariaLive = "polite";
    });
    this.empty.hidden = this.list.childElementCount > 0;
  }

  /** Leaves the elements to the log of another stay. */
  end(): void {
    this.follower.end();
  }

  /** Shows an own message before the server knows it. */
  expect(id: MessageId, message: ShownMessage): void {
    const item = new MessageItem(message);
    item.state = "pending";
    this.awaited.set(id, { item, state: "pending" });
    this.insert(item.element, null);
    this.follower.jump();
  }

  acknowledge(id: MessageId): void {
    const own = this.awaited.get(id);
    if (own === undefined) return;
    own.state = "sent";
    own.item.state = "sent";
  }

  refuse(id: MessageId, reason: string): void {
    this.awaited.get(id)?.item.refuse(reason);
    this.awaited.delete(id);
  }

  /** A message of the room; an own one, shown already, takes its place in the order. */
  add(id: MessageId, message: ShownMessage, isNew: boolean): void {
    const own = message.own ? this.awaited.get(id) : undefined;
    if (own !== undefined) {
      this.awaited.delete(id);
      own.item.state = "sent";
      const place = this.firstAwaited();
      if (place !== null && isAfter(own.item.element, place)) this.insert(own.item.element, place);
      return;
    }
    const item = new MessageItem(message);
    if (message.own) item.state = "sent";
    this.insert(item.element, this.firstAwaited());
    item.element.classList.toggle("fresh", isNew);
    this.follower.grown(isNew ? 1 : 0);
  }

  /** A line between messages: `text` is ours, not a stranger's. */
  notice(text: string): void {
    // What was stored but is lost to this page will not come back.
    for (const [id, { state }] of this.awaited) if (state === "sent") this.awaited.delete(id);
    this.insert(create("li", "notice", text), this.firstAwaited());
    this.follower.grown(0);
  }

  private insert(element: HTMLElement, before: Element | null): void {
    const after = element.nextElementSibling;
    this.list.insertBefore(element, before);
    this.empty.hidden = true;
    this.regroup(element);
    this.regroup(element.nextElementSibling);
    this.regroup(after);
    if (this.list.childElementCount <= MAX_ITEMS) return;
    this.list.firstElementChild!.remove();
    this.regroup(this.list.firstElementChild);
  }

  private regroup(element: Element | null): void {
    itemOf(element)?.follow(itemOf(element!.previousElementSibling), Date.now());
  }

  private firstAwaited(): Element | null {
    for (const { item } of this.awaited.values()) if (item.element.isConnected) return item.element;
    return null;
  }
}

function isAfter(element: Element, other: Element): boolean {
  return (other.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}
