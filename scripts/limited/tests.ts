import type { ControlGroup, Limits } from "./control-group.ts";
import { type Servers, startAlone, startPair } from "./servers.ts";

const MIB = 1024 * 1024;
/** What the original gave its one server. */
export const QUARTER: Limits = { cpus: 0.25, memory: 512 * MIB };
/** All of the original's third test shared one core: both servers, and their Redis. */
const ONE_CORE: Limits = { cpus: 1, memory: 512 * MIB };

export interface LimitedTest {
  title: string;
  limits: Limits;
  start(group: ControlGroup): Promise<Servers>;
  sweep: string;
}

/** The three tests of the original, and a fourth: where does the same quarter of a processor end? */
export const TESTS: Record<string, LimitedTest> = {
  "1": {
    title: "One room that grows: 0.25 CPU, 512 MB",
    limits: QUARTER,
    start: startAlone,
    sweep: "rooms=1 room-size=10..110+10",
  },
  "2": {
    title: "Many rooms: 0.25 CPU, 512 MB",
    limits: QUARTER,
    start: startAlone,
    sweep:
      "rooms=25 room-size=2,4,8,12,16; rooms=50 room-size=8,12; rooms=75 room-size=8; rooms=100,150,175,200 room-size=4",
  },
  "3": {
    title: "Two servers over Redis: one core and 512 MB for all three",
    limits: ONE_CORE,
    start: startPair,
    sweep: "rooms=150,175,200,250 room-size=4",
  },
  "4": {
    title: "Until it breaks: one room, 0.25 CPU, 512 MB",
    limits: QUARTER,
    start: startAlone,
    sweep: "rooms=1 room-size=100,200,300,400,600,800,1000",
  },
};
