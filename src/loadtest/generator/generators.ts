import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import { sharingSockets } from "../chatter/shared-texts.ts";
import type { SignToken } from "../crowd/tokens.ts";
import type { LoadOptions } from "../options.ts";
import { RowWriter } from "../record/row-writer.ts";
import type { GeneratorPort } from "./generator-port.ts";
import { LoadGenerator } from "./load-generator.ts";
import { type GeneratorProgram, RemoteGenerator } from "./remote-generator.ts";

export interface GeneratorsParts {
  clock: Clock;
  random: Random;
  runId: string;
  processes: number;
  program: GeneratorProgram;
  /** Where rows go; `null` for nowhere. */
  path: string | null;
  /** Left out: the server wants no tokens. */
  signToken: SignToken | undefined;
}

export interface Generators {
  ports: readonly GeneratorPort[];
  /** Ends what still runs. */
  kill(): void;
}

/** Starts them: one in this process, several in processes of their own. */
export function startGenerators(options: LoadOptions, parts: GeneratorsParts): Generators {
  const { clock, random, runId, processes, program, path, signToken } = parts;
  if (processes === 1) {
    const rows = path === null ? null : new RowWriter(path);
    const generator = new LoadGenerator(options, {
      ...{ clock, random, runId, rows, signToken, openSocket: sharingSockets() },
      share: { process: 0, processes: 1 },
      onSayings() {},
    });
    return { ports: [generator], kill() {} };
  }
  const remotes: RemoteGenerator[] = [];
  for (let process = 0; process < processes; process++) {
    const share = { process, processes };
    remotes.push(
      new RemoteGenerator(program, { type: "share", options, runId, share, path }, (sayings) => {
        for (const [other, remote] of remotes.entries()) if (other !== process) remote.learn(sayings);
      }),
    );
  }
  return {
    ports: remotes,
    kill() {
      for (const remote of remotes) remote.kill();
    },
  };
}
