import { readdirSync, readFileSync } from "node:fs";
import type { DecisionEvent, FleetStatus, ServerStatus } from "../fleet/status.ts";
import { type RunningServer, until } from "./harness.ts";

/** A fleet as its users, its operators and its operating system see it. */
export class BalancerView {
  constructor(readonly balancer: RunningServer) {}

  /** Where clients ask for a server. */
  get url(): string {
    return `http://127.0.0.1:${this.balancer.port}`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.balancer.adminPort}`;
  }

  async provision(room: string): Promise<{ id: string; url: string }> {
    const response = await fetch(`${this.url}/servers/provision?room=${encodeURIComponent(room)}`);
    if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    return (await response.json()) as { id: string; url: string };
  }

  async stats(): Promise<FleetStatus> {
    return (await (await fetch(`${this.adminUrl}/stats`)).json()) as FleetStatus;
  }

  /** The servers, once there are so many that all take clients. */
  ready(count: number): Promise<ServerStatus[]> {
    return until(async () => {
      const { servers } = await this.stats();
      return servers.length === count && servers.every(({ phase }) => phase === "ready") && servers;
    }, `${count} servers to be ready`);
  }

  /** What was decided and what happened so far, as a new reader of `/events` gets it. */
  async events(): Promise<DecisionEvent[]> {
    const response = await fetch(`${this.adminUrl}/events`);
    let text = "";
    // The figures follow the past.
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (/^event: stats\n.*\n\n/m.test(text)) break;
    }
    const decisions = text.matchAll(/^event: decision\nid: \d+\ndata: (.*)\n$/gm);
    return [...decisions].map(([, data]) => JSON.parse(data!) as DecisionEvent);
  }

  /** An order of an operator. */
  order(method: "POST" | "DELETE", path: string, token?: string): Promise<Response> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return fetch(`${this.adminUrl}${path}`, { method, headers });
  }

  /** Process ids of the servers that run, by the servers' ids. */
  get processes(): Map<string, number> {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return new Map(pids.flatMap((pid) => serverOf(Number(pid), this.balancer.pid)));
  }
}

/** The id of the server that a child of `parent` is, with its process id; empty for any other process. */
function serverOf(pid: number, parent: number): Array<[string, number]> {
  if (processState(pid)?.parent !== parent) return [];
  const id = /\0--child\0([^\0]+)/.exec(readProc(pid, "cmdline") ?? "")?.[1];
  return id === undefined ? [] : [[id, pid]];
}

/** Whether the process runs; one that has ended and that nobody asks about does not. */
export function isRunning(pid: number): boolean {
  const state = processState(pid);
  return state !== null && state.letter !== "Z";
}

function processState(pid: number): { letter: string; parent: number } | null {
  // The name, in brackets, may hold anything.
  const [letter, parent] = readProc(pid, "stat")?.split(") ").at(-1)?.split(" ") ?? [];
  return letter === undefined ? null : { letter, parent: Number(parent) };
}

/** `null` when the process is gone. */
function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return null;
  }
}
