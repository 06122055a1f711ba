import { cpus } from "node:os";

const LOOK_MS = 3000;
/** Share of the processors that others may use. */
const QUIET = 0.2;

/** Waits until the machine has little else to do, but not longer than `patience` ms; answers with the share in use at last. */
export async function calm(patience: number): Promise<number> {
  const deadline = Date.now() + patience;
  while (true) {
    const used = await shareInUse();
    if (used <= QUIET || Date.now() >= deadline) return used;
  }
}

async function shareInUse(): Promise<number> {
  const before = total();
  await Bun.sleep(LOOK_MS);
  const after = total();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function total() {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (of: (time: (typeof times)[number]) => number) =>
    times.reduce((all, time) => all + of(time), 0);
  return {
    idle: sum(({ idle }) => idle),
    all: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq),
  };
}
