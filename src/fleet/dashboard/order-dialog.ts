import { sanitise } from "../../lib/sanitise.ts";
import { forgetToken, hasToken, keepToken, type Outcome } from "./admin.ts";
import { byId, setText } from "./dom.ts";

/** What an operator is asked before something is done. */
export interface Order {
  title: string;
  text: string;
  /** The button that does it, and that button meanwhile. */
  action: string;
  doing: string;
  isDangerous: boolean;
  run: () => Promise<Outcome>;
}

/** Asks for confirmation, and for the token where there is none yet; stays open until it worked or is given up. */
export class OrderDialog {
  private readonly dialog = byId("order", HTMLDialogElement);
  private readonly confirm = byId("order-confirm", HTMLButtonElement);
  private readonly token = byId("token", HTMLInputElement);
  private readonly problem = byId("order-problem", HTMLElement);
  private order: Order | null = null;

  constructor(private readonly onDone: (sentence: string) => void) {
    byId("order-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    byId("order-cancel", HTMLButtonElement).addEventListener("click", () => this.dialog.close());
    byId("token-forget", HTMLButtonElement).addEventListener("click", () => {
      forgetToken();
      this.showToken();
    });
    this.dialog.addEventListener("close", () => {
      this.order = null;
      // Not even in a field that nobody sees.
      this.token.value = "";
    });
  }

  ask(order: Order): void {
    this.order = order;
    setText(byId("order-title", HTMLElement), sanitise(order.title));
    setText(byId("order-text", HTMLElement), sanitise(order.text));
    this.confirm.className = order.isDangerous ? "danger" : "primary";
    this.idle();
    this.complain("");
    this.dialog.showModal();
    this.showToken();
  }

  private async submit(): Promise<void> {
    const { order } = this;
    if (order === null || this.confirm.disabled) return;
    const typed = this.token.value.trim();
    if (!hasToken() && typed === "") {
      this.complain("The admin token is needed");
      this.token.focus();
      return;
    }
    if (typed !== "") keepToken(typed);
    this.complain("");
    this.confirm.disabled = true;
    setText(this.confirm, order.doing);
    const outcome = await order.run();
    // Closed meanwhile: the answer is still worth a word.
    const isOpen = this.order === order;
    if (outcome.ok) {
      this.onDone(sanitise(outcome.sentence));
      if (isOpen) this.dialog.close();
      return;
    }
    if (outcome.isDenied) forgetToken();
    if (!isOpen) return this.onDone(`Not done: ${sanitise(outcome.sentence)}`);
    this.idle();
    this.complain(`Not done: ${sanitise(outcome.sentence)}`);
    this.showToken();
  }

  private idle(): void {
    this.confirm.disabled = false;
    setText(this.confirm, this.order?.action ?? "");
  }

  private complain(problem: string): void {
    setText(this.problem, problem);
    this.token.setAttribute("aria-invalid", String(problem !== "" && !hasToken()));
  }

  /** The field while no token is known, else a word that one is. */
  private showToken(): void {
    byId("token-field", HTMLElement).hidden = hasToken();
    byId("token-held", HTMLElement).hidden = !hasToken();
    if (hasToken()) this.confirm.focus();
    else {
      this.token.focus();
      this.token.select();
    }
  }
}
