import type { Random } from "../../src/lib/random.ts";
import { gauss, poisson } from "./chance.ts";
import { daylight, drawSize, MEAN_SIZE, messageRate, sizeFactor, VISIT_S, wander } from "./population.ts";
import type { Traffic } from "./traffic.ts";
import { SimRoom } from "./world.ts";

/** Each room's talk and size are looked at once a minute; its visitors come and go in one batch. */
const ROOM_EVERY_S = 60;
export const CELEBRITY_S = 60;
const CELEBRITY_SHARE = 0.01;

/** Rooms for so many users at the peak; those of celebrities (`size` 0) come last and are empty. */
export function drawRooms(users: number, celebrities: number, random: Random): SimRoom[] {
  const rooms = Array.from({ length: Math.round(users / MEAN_SIZE) }, (_, n) => {
    const room = new SimRoom(`room-${n}`, drawSize(random));
    room.talk = gauss(random);
    room.mood = gauss(random);
    return room;
  });
  return [...rooms, ...Array.from({ length: celebrities }, (_, n) => new SimRoom(`celebrity-${n}`, 0))];
}

/** Who is expected in a room. */
export function expectedMembers(room: SimRoom, time: number): number {
  return room.size * sizeFactor(room.mood) * daylight(time);
}

/** Everybody's coming, going and talking, from a source of chance of its own, so that it is the same for all rules. */
export class Crowd {
  private readonly stars: SimRoom[];
  private readonly shows: Array<{ room: SimRoom; joinsPerSecond: number; until: number }> = [];
  private turns = 0;

  constructor(
    private readonly traffic: Traffic,
    private readonly random: Random,
  ) {
    this.stars = traffic.world.rooms.filter(({ size }) => size === 0);
  }

  /** The next celebrity comes: 1 % of all users follow within a minute. */
  celebrate(): void {
    const users = this.traffic.world.servers.reduce((sum, { connections }) => sum + connections, 0);
    const joinsPerSecond = (CELEBRITY_SHARE * users) / CELEBRITY_S;
    this.shows.push({ room: this.stars.shift()!, joinsPerSecond, until: this.traffic.time + CELEBRITY_S });
  }

  step(seconds: number): void {
    const every = Math.max(1, Math.round(ROOM_EVERY_S / seconds));
    const { rooms } = this.traffic.world;
    for (let n = this.turns++ % every; n < rooms.length; n += every) {
      if (rooms[n]!.size > 0) this.visit(rooms[n]!, every * seconds);
    }
    for (const { room, joinsPerSecond, until } of this.shows) {
      this.traffic.leave(room, seconds / VISIT_S);
      if (this.traffic.time <= until) this.traffic.join(room, poisson(joinsPerSecond * seconds, this.random));
      this.traffic.world.setRate(room, messageRate(room.members, 0));
    }
  }

  private visit(room: SimRoom, seconds: number): void {
    room.talk = wander(room.talk, "talk", seconds, this.random);
    room.mood = wander(room.mood, "size", seconds, this.random);
    const expected = expectedMembers(room, this.traffic.time);
    this.traffic.leave(room, seconds / VISIT_S);
    this.traffic.join(room, poisson((expected * seconds) / VISIT_S, this.random));
    this.traffic.world.setRate(room, messageRate(room.members, room.talk));
  }
}
