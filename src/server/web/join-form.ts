import { isToken } from "../../protocol/bearer.ts";
import { checkName, checkRoom } from "../../protocol/text.ts";
import { byId } from "./dom.ts";
import type { Place } from "./place.ts";

const NO_TOKEN = "That is no token: it has three parts, with dots between them";

/** What somebody joins with. */
export interface Ticket {
  room: string;
  name: string;
  /** `null`: none was typed. */
  token: string | null;
}

/** The entrance: asks for room and name, and where the chat wants one for a token, until all are fine. */
export class JoinForm {
  private readonly room = byId("join-room", HTMLInputElement);
  private readonly name = byId("join-name", HTMLInputElement);
  private readonly tokenPart = byId("join-token-part", HTMLElement);
  private readonly token = byId("join-token", HTMLInputElement);
  private readonly problem = byId("join-problem", HTMLElement);

  constructor(private readonly onJoin: (ticket: Ticket) => void) {
    byId("join-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  /**
   * Filled with what is known already, the cursor where something is missing. `tokenWish` says why a token is asked for;
   * `null`: none is.
   */
  open({ room, name }: Place, tokenWish: string | null): void {
    this.room.value = room ?? "general";
    this.name.value = name ?? "";
    this.token.value = "";
    this.tokenPart.hidden = tokenWish === null;
    if (tokenWish !== null && name !== null) {
      this.complain(this.token, tokenWish);
      return;
    }
    this.complain(null, null);
    const first = name === null ? this.name : this.room;
    first.focus();
    first.select();
  }

  /** Says why nobody can join. */
  refuse(problem: string): void {
    this.complain(null, problem);
  }

  private submit(): void {
    const room = this.room.value.trim();
    const name = this.name.value.trim();
    const roomProblem = checkRoom(room);
    const nameProblem = checkName(name);
    const token = this.token.value.trim();
    if (roomProblem !== null) this.complain(this.room, roomProblem);
    else if (nameProblem !== null) this.complain(this.name, nameProblem);
    else if (token !== "" && !isToken(token)) this.complain(this.token, NO_TOKEN);
    else this.onJoin({ room, name, token: token === "" ? null : token });
  }

  private complain(field: HTMLInputElement | null, problem: string | null): void {
    for (const input of [this.room, this.name, this.token]) {
      input.setAttribute("aria-invalid", String(input === field));
    }
    this.problem.textContent = problem ?? "";
    field?.focus();
  }
}
