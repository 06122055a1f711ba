import { availableParallelism } from "node:os";
import { join } from "node:path";
import { apportion } from "../../../src/lib/apportion.ts";
import type { Contestant, RunningContestant } from "../contestants/contestant.ts";
import type { CrowdNews, CrowdOrder } from "./crowd-member.ts";

const PATIENCE_MS = 60_000;

type News<T extends CrowdNews["type"]> = Extract<CrowdNews, { type: T }>;

/** Clients in one room, out of as many processes as there are cores; fewer where there are fewer clients. */
export class Crowd {
  private constructor(private readonly members: readonly Member[]) {}

  /** Starts the processes of so many clients; nobody connects yet. */
  static async gather(clients: number): Promise<Crowd> {
    const shares = apportion(clients, Math.min(availableParallelism(), clients), { kind: "uniform" });
    const members = shares.map((share) => new Member(share));
    const crowd = new Crowd(members);
    try {
      await crowd.all("ready");
    } catch (error) {
      crowd.disperse();
      throw error;
    }
    return crowd;
  }

  /** Everyone comes in as fast as the server takes them. Times in milliseconds, generator: of one core, in all. */
  async connect(
    { dialect, wire }: Pick<Contestant, "dialect" | "wire">,
    { url }: Pick<RunningContestant, "url">,
  ): Promise<{ tookMs: number; generatorPercent: number }> {
    const startedAt = performance.timeOrigin + performance.now();
    const connected = this.all("connected");
    for (const member of this.members) {
      member.order({ type: "connect", url, dialect, wire, clients: member.clients });
    }
    const news = await connected;
    const tookMs = Math.max(...news.map(({ at }) => at)) - startedAt;
    const cpuSeconds = news.reduce((sum, member) => sum + member.cpuSeconds, 0);
    return { tookMs, generatorPercent: (100_000 * cpuSeconds) / tookMs };
  }

  /** One of them says something once; answers with the milliseconds until the last of them has heard it. */
  async tellAll(marker: string): Promise<number> {
    const listening = this.all("listening");
    for (const member of this.members) member.order({ type: "listen", marker });
    await listening;
    const [speaker] = this.members as [Member];
    const said = speaker.next("said");
    const heard = this.all("heard");
    speaker.order({ type: "say", marker });
    const [{ at: saidAt }, last] = await Promise.all([said, heard]);
    return Math.max(...last.map(({ at }) => at)) - saidAt;
  }

  /** Everyone is gone at once, and the processes with them. */
  disperse(): void {
    for (const member of this.members) member.kill();
  }

  private all<T extends CrowdNews["type"]>(type: T): Promise<News<T>[]> {
    return Promise.all(this.members.map((member) => member.next(type)));
  }
}

/** One of the processes. */
class Member {
  private readonly waiting = new Map<CrowdNews["type"], (news: CrowdNews) => void>();
  private readonly process = Bun.spawn([process.execPath, join(import.meta.dir, "crowd-member.ts")], {
    ...{ stdin: "ignore", stdout: "inherit", stderr: "inherit" },
    ipc: (news: CrowdNews) => this.waiting.get(news.type)?.(news),
  });

  constructor(readonly clients: number) {}

  order(order: CrowdOrder): void {
    this.process.send(order);
  }

  /** What it tells next of this type. Rejects when it ends, or tells nothing for long. */
  next<T extends CrowdNews["type"]>(type: T): Promise<News<T>> {
    const { promise, resolve, reject } = Promise.withResolvers<News<T>>();
    this.waiting.set(type, (news) => resolve(news as News<T>));
    const timer = setTimeout(
      () => reject(new Error(`"${type}" did not come in ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    );
    void this.process.exited.then((code) => reject(new Error(`a process of the crowd ended with ${code}`)));
    return promise.finally(() => clearTimeout(timer));
  }

  kill(): void {
    this.process.kill("SIGKILL");
  }
}
