import { expect, test } from "bun:test";
import { FakeClock } from "./clock.ts";
import { FileReserve, RESERVE } from "./file-reserve.ts";
import { silentLogger } from "./log.ts";

/** A process that may have `limit` files open, of which `others` are, and its port. */
function guarded(limit: number) {
  const clock = new FakeClock();
  const told: string[] = [];
  const world = { others: 0, held: 0, isOpen: true, isTaken: false };
  const reserve = new FileReserve({
    clock,
    port: {
      pause: () => {
        world.isOpen = false;
      },
      resume: () => {
        if (world.isTaken) throw new Error("the port is in use");
        world.isOpen = true;
      },
    },
    figures: () => ({ connections: world.others }),
    log: {
      ...silentLogger,
      warn: (event) => void told.push(event),
      info: (event) => void told.push(event),
      error: (event) => void told.push(event),
    },
    files: {
      open: () => (world.others + world.held < limit ? world.held++ : null),
      close: () => void world.held--,
    },
  });
  reserve.start();
  const after = (ms: number) => {
    clock.advance(ms);
    reserve.look();
  };
  return { reserve, world, told, after, end: () => reserve.stop() };
}

test("while there are files, nothing happens but that some are kept back", () => {
  const { reserve, world, told, after, end } = guarded(100);
  world.others = 100 - RESERVE - 1;
  after(100);
  expect([reserve.problem, world.held, world.isOpen, told]).toEqual([null, RESERVE, true, []]);
  end();
  expect(world.held).toBe(0);
});

test("with the last one gone the port is closed, and the reserve is there for the others", () => {
  const { reserve, world, told, after, end } = guarded(100);
  world.others = 100 - RESERVE;
  after(100);
  expect([world.isOpen, world.held, told]).toEqual([false, 0, ["open_files_short"]]);
  expect(reserve.problem).toBe("there are no open files left for newcomers");
  // Said once, however long it takes.
  for (let i = 0; i < 100; i++) after(100);
  expect(told).toHaveLength(1);
  end();
});

test("when enough have left the port is open again, with a reserve", () => {
  const { reserve, world, told, after, end } = guarded(100);
  world.others = 100 - RESERVE;
  after(100);
  world.others = 100 - 2 * RESERVE + 1;
  after(60_000);
  expect([world.isOpen, world.held]).toEqual([false, 0]);
  world.others--;
  after(100);
  expect([world.isOpen, world.held, reserve.problem]).toEqual([true, RESERVE, null]);
  expect(told).toEqual(["open_files_short", "open_files_enough"]);
  end();
});

test("what does not last is tried less often, up to every half minute; what does, at once again", () => {
  const { world, after, end } = guarded(100);
  const closedFor = () => {
    world.others = 100 - RESERVE;
    after(100);
    world.others = 0;
    let ms = 0;
    for (; !world.isOpen; ms += 500) after(500);
    return ms;
  };
  expect(Array.from({ length: 7 }, closedFor)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  after(61_000);
  expect(closedFor()).toBe(1000);
  end();
});

test("a port that somebody else has taken meanwhile is tried again", () => {
  const { world, told, after, end } = guarded(100);
  world.others = 100;
  after(100);
  Object.assign(world, { others: 0, isTaken: true });
  after(1000);
  expect([world.isOpen, world.held, told.at(-1)]).toEqual([false, 0, "port_not_back"]);
  world.isTaken = false;
  after(1000);
  expect(world.isOpen).toBe(true);
  end();
});
