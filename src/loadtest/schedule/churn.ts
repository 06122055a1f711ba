import type { Random } from "../../lib/random.ts";
import type { Chatter } from "../chatter/chatter.ts";
import type { Act } from "./agenda.ts";

/** While nobody is there, whoever may have come is looked for this often, milliseconds. */
const EMPTY_MS = 100;

/** Who is there, and how many. */
interface Members {
  draw(random: Random): Chatter | null;
  readonly attendance: { readonly present: number };
}

/** Has `share` of the clients leave each second, one after the other, each as likely as any other. */
export function churn(
  share: number,
  members: Members,
  random: Random,
  leave: (chatter: Chatter) => void,
): Act {
  return {
    perform(due) {
      const chatter = members.draw(random);
      if (chatter === null) return due + EMPTY_MS;
      const gap = 1000 / (Math.max(1, members.attendance.present) * share);
      leave(chatter);
      return due + gap;
    },
  };
}
