import { Attendance, type AttendanceState } from "../crowd/attendance.ts";
import { Tally, type TallyState } from "../ledger/tally.ts";
import { type HealthSecond, worstOf } from "./health.ts";

/** What one process has to say of a run that is over. */
export interface Account {
  tally: TallyState;
  attendance: AttendanceState;
  /** Clients that sent or received anything. */
  active: number;
  /** For each client that reads nothing: how often it came in, and how often the server then closed the connection. */
  slow: Array<{ entered: number; cut: number }>;
  /** What the server complained of: how often, and the first time. */
  complaints: { count: number; first: string };
  health: HealthSecond[];
  /** Why rows are missing in the file. */
  recorderFailure: string | null;
}

/** What all processes together have to say. */
export interface TotalAccount extends Omit<Account, "tally" | "attendance"> {
  tally: Tally;
  attendance: Attendance;
}

export function addUp(accounts: readonly Account[]): TotalAccount {
  const total: TotalAccount = {
    tally: new Tally(),
    attendance: new Attendance(),
    active: 0,
    slow: [],
    complaints: { count: 0, first: "" },
    health: worstOf(accounts.map(({ health }) => health)),
    recorderFailure: null,
  };
  for (const { tally, attendance, active, slow, complaints, recorderFailure } of accounts) {
    total.tally.merge(tally);
    total.attendance.merge(attendance);
    total.active += active;
    total.slow.push(...slow);
    total.complaints.count += complaints.count;
    total.complaints.first ||= complaints.first;
    total.recorderFailure ??= recorderFailure;
  }
  return total;
}
