/** What a Redis has done since it started. */
export interface RedisWork {
  /** All that it carried out, those within scripts included. */
  commands: number;
  /** Scripts that it was asked for. */
  scripts: number;
  /** Processor time, seconds. */
  cpuSeconds: number;
}

/** Asks the Redis on this port. */
export function redisWork(port: number): RedisWork {
  return readInfo(infoOf(port));
}

/** The process of the Redis on this port. */
export function redisPid(port: number): number {
  return Number(/^process_id:(\d+)/m.exec(infoOf(port))![1]);
}

/** Reads what `INFO everything` answers. A script that was never called is not in it. */
export function readInfo(info: string): RedisWork {
  const number = (name: string) => Number(new RegExp(`^${name}([\\d.]+)`, "m").exec(info)?.[1] ?? 0);
  return {
    commands: number("total_commands_processed:"),
    scripts: number("cmdstat_evalsha:calls="),
    cpuSeconds: number("used_cpu_sys:") + number("used_cpu_user:"),
  };
}

function infoOf(port: number): string {
  return Bun.spawnSync(["redis-cli", "-p", `${port}`, "info", "everything"]).stdout.toString();
}

export function workBetween(before: RedisWork, after: RedisWork): RedisWork {
  return {
    commands: after.commands - before.commands,
    scripts: after.scripts - before.scripts,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
  };
}
