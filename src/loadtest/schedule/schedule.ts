import type { Random } from "../../lib/random.ts";
import type { Chatter } from "../chatter/chatter.ts";
import type { Crowd } from "../crowd/crowd.ts";
import type { LoadOptions } from "../options.ts";
import { type Gaps, gapsOf } from "../plan/gaps.ts";
import { successorOf, type Visit } from "../plan/visits.ts";
import { type Act, Agenda } from "./agenda.ts";
import { churn } from "./churn.ts";

/** What is overdue happens this much at a time, so that answers are read in between. */
const MAX_ACTS_PER_TURN = 500;

export interface ScheduleParts {
  /** Sends a client's next message, which is due at that time. */
  send(chatter: Chatter, due: number): void;
  /** Lets someone in. Resolves with the client, or with `null` when it did not come or reads nothing. */
  bring(visit: Visit): Promise<Chatter | null>;
}

/** Who says something, comes and goes when, by the plan. Times in milliseconds from the start of sending. */
export class Schedule {
  private readonly agenda: Agenda;
  private readonly gaps: Gaps;

  constructor(
    private readonly options: LoadOptions,
    private readonly crowd: Crowd,
    random: Random,
    private readonly parts: ScheduleParts,
  ) {
    this.agenda = new Agenda(options.duration);
    this.gaps = gapsOf(options.interval, options.arrivals, random);
    if (options.churn > 0) {
      this.agenda.add(
        0,
        churn(options.churn, crowd, random, (chatter) => this.replace(chatter)),
      );
    }
  }

  get isEmpty(): boolean {
    return this.agenda.isEmpty;
  }

  /** Messages that it has, and that were not sent. */
  get unsent(): number {
    return this.agenda.messages;
  }

  get nextDue(): number {
    return this.agenda.nextDue;
  }

  /** Does what is due by now. */
  performUntil(now: number): void {
    this.agenda.performUntil(now, MAX_ACTS_PER_TURN);
  }

  /** From then on a client says something again and again, until it leaves. */
  speak(chatter: Chatter, from: number): void {
    if (this.options.idle) return;
    this.agenda.add(from + this.gaps.first(), new Speech(chatter, this.gaps, this.parts));
  }

  /** Each of these comes, and goes, in its time. */
  expect(visits: readonly Visit[]): void {
    for (const visit of visits)
      this.agenda.add(
        visit.from,
        once(() => this.receive(visit)),
      );
  }

  private receive(visit: Visit): void {
    void this.parts.bring(visit).then((chatter) => {
      if (chatter !== null)
        this.agenda.add(
          visit.to,
          once(() => this.crowd.dismiss(chatter)),
        );
    });
  }

  /** One leaves, and another comes for the rest of its time. */
  private replace(chatter: Chatter): void {
    this.crowd.dismiss(chatter);
    this.receive(successorOf(chatter.visit));
  }
}

/** What one client says, again and again. There are as many of these as clients, so each is small. */
class Speech implements Act {
  constructor(
    private readonly chatter: Chatter,
    private readonly gaps: Gaps,
    private readonly parts: Pick<ScheduleParts, "send">,
  ) {}

  perform(due: number): number | null {
    if (this.chatter.isSilent) return null;
    this.parts.send(this.chatter, due);
    return due + this.gaps.next();
  }

  messages(due: number, end: number): number {
    return this.chatter.isSilent ? 0 : Math.ceil((end - due) / this.gaps.mean);
  }
}

function once(perform: () => void): Act {
  return {
    perform() {
      perform();
      return null;
    },
  };
}
