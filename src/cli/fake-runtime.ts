import { FakeClock } from "../lib/clock.ts";
import { seededRandom } from "../lib/random.ts";
import type { Runtime } from "./runtime.ts";

/** A world in which nothing is real: what a command writes is collected. For tests. */
export class FakeRuntime implements Runtime {
  readonly clock = new FakeClock();
  readonly random = seededRandom(1);
  readonly stdin = {} as NodeJS.ReadStream;
  readonly written = { stdout: "", stderr: "" };
  readonly stdout = this.collect("stdout");
  readonly stderr = this.collect("stderr");
  readonly exitCodes: number[] = [];
  readonly args: string[] = [];
  readonly self = ["scale-chat"];
  readonly parent = () => null;

  constructor(readonly env: Record<string, string | undefined> = {}) {}

  exitNow = (code: number): void => {
    this.exitCodes.push(code);
  };

  private collect(name: "stdout" | "stderr"): NodeJS.WriteStream {
    const write = (text: string): boolean => {
      this.written[name] += text;
      return true;
    };
    return { write, isTTY: false } as NodeJS.WriteStream;
  }
}
