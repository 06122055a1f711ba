import { checkName, checkRoom } from "../../protocol/text.ts";
import { byId } from "./dom.ts";
import type { Place } from "./place.ts";

/** The entrance: asks for room and name until both are fine. */
export class JoinForm {
  private readonly room = byId("join-room", HTMLInputElement);
  private readonly name = byId("join-name", HTMLInputElement);
  private readonly problem = byId("join-problem", HTMLElement);

  constructor(private readonly onJoin: (room: string, name: string) => void) {
    byId("join-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  /** Filled with what is known already, the cursor where something is missing. */
  open({ room, name }: Place): void {
    this.room.value = room ?? "general";
    this.name.value = name ?? "";
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
    if (roomProblem !== null) this.complain(this.room, roomProblem);
    else if (nameProblem !== null) this.complain(this.name, nameProblem);
    else this.onJoin(room, name);
  }

  private complain(field: HTMLInputElement | null, problem: string | null): void {
    for (const input of [this.room, this.name]) {
      input.setAttribute("aria-invalid", String(input === field));
    }
    this.problem.textContent = problem ?? "";
    field?.focus();
  }
}
