import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../../src/lib/test-until.ts";
import type { Wire } from "../wires/wire.ts";
import {
  answers,
  type Contestant,
  freePort,
  missingCommand,
  SEARCH_PATH,
  type Setting,
} from "./contestant.ts";

const NCHAN_MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so";

/** nginx with nchan, a room being a channel: a process for each core; newcomers hear what is said from then on. */
export const nchan = packaged("nginx, nchan", "nginx libnginx-mod-nchan", "websocket", {
  command: (file, folder) => ["nginx", "-p", folder, "-c", file, "-e", "stderr", "-g", "daemon off;"],
  config: (port) => `
    load_module ${NCHAN_MODULE};
    worker_processes auto;
    worker_rlimit_nofile 20000;
    pid nginx.pid;
    events { worker_connections 16384; }
    http {
      access_log off;
      server {
        listen 127.0.0.1:${port} backlog=4096;
        location ~ ^/ws/(.+)$ {
          nchan_pubsub websocket;
          nchan_channel_id $1;
          nchan_subscriber_first_message newest;
        }
      }
    }`,
});

/** nats-server with its WebSocket listener, a room being a subject. It uses all cores. */
export const nats = packaged("nats-server", "nats-server", "nats", {
  command: (file) => ["nats-server", "-c", file],
  config: (port) => `
    host: 127.0.0.1
    port: -1
    websocket { host: 127.0.0.1, port: ${port}, no_tls: true }`,
});

interface Program {
  command: (configFile: string, folder: string) => [string, ...string[]];
  config: (port: number) => string;
}

/** A server out of a Debian package, with a configuration of its own. */
function packaged(name: string, packages: string, wire: Wire, { command, config }: Program): Contestant {
  return {
    ...{ name, wire, dialect: "plain" },
    missing: missingCommand(command("", "")[0], packages),
    async start({ inside = (command) => [...command], env: more = {} }: Setting = {}) {
      const folder = mkdtempSync(join(tmpdir(), "scale-chat-bench-"));
      const file = join(folder, "peer.conf");
      const port = freePort();
      writeFileSync(file, config(port));
      const log = Bun.file(join(folder, "log"));
      const env = { ...process.env, PATH: SEARCH_PATH, ...more };
      const server = Bun.spawn(inside(command(file, folder)), {
        ...{ env, stdin: "ignore", stdout: log, stderr: log },
      });
      const stop = async () => {
        // The first process takes its workers with it, given the time.
        server.kill("SIGTERM");
        await server.exited;
        rmSync(folder, { recursive: true });
      };
      try {
        await until(() => answers(port), `${name} to listen`);
      } catch (error) {
        const said = await log.text();
        await stop();
        throw new Error(`${(error as Error).message}\n${said}`);
      }
      return { url: `ws://127.0.0.1:${port}`, pid: server.pid, frames: async () => null, stop };
    },
  };
}
