import type { Random } from "../../lib/random.ts";
import type { Act } from "../agenda.ts";
import type { Chatter } from "../chatter.ts";

/** While nobody is there, whoever may have come is looked for this often, milliseconds. */
const EMPTY_MS = 1000;

/** Who is there, of which some leave. */
interface Present {
  readonly chatters: ReadonlySet<Chatter>;
}

/** Has `share` of the clients leave each second, one after the other, each as likely as any other. */
export function churnOf(
  share: number,
  crowd: Present,
  random: Random,
  leave: (chatter: Chatter) => void,
): Act {
  return {
    perform(due) {
      const present = [...crowd.chatters].filter(({ isIn, isLeaving }) => isIn && !isLeaving);
      if (present.length === 0) return due + EMPTY_MS;
      leave(present[Math.floor(random() * present.length)]!);
      return due + 1000 / (present.length * share);
    },
  };
}
