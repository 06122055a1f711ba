import { promise } from "./target.ts";

/** Nothing more is said for this long: whatever was to be answered has been. */
const QUIET_MS = 25;
/** What is sound has to be answered, on a busy machine, too. */
const PATIENCE_MS = 10_000;

/**
 * Says all of `bytes` to a port of this machine; resolves with what was answered, once the other side has hung up or says
 * no more. Where `bytes` begin with something sound, the first word is waited for. Nobody hangs up first here: a server may
 * then drop what it has not read yet.
 */
export async function exchange(port: number, bytes: Uint8Array, isSound: boolean): Promise<Buffer> {
  const answered: Buffer[] = [];
  const ended = Promise.withResolvers<void>();
  let timer = setTimeout(ended.resolve, isSound ? PATIENCE_MS : QUIET_MS);
  let unsaid = bytes;
  const say = (socket: Bun.Socket) => {
    unsaid = unsaid.subarray(socket.write(unsaid));
  };
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: say,
      drain: say,
      data: (_, chunk) => {
        answered.push(Buffer.from(chunk));
        clearTimeout(timer);
        timer = setTimeout(ended.resolve, QUIET_MS);
      },
      close: () => ended.resolve(),
      error: () => ended.resolve(),
    },
  });
  await ended.promise;
  clearTimeout(timer);
  socket.terminate();
  return Buffer.concat(answered);
}

/** Throws unless this begins as an answer of HTTP, and not that of a defect. Only what is not sound may be left without one. */
export function judgeHttp(answer: Buffer, isSound: boolean): void {
  if (answer.length === 0 && !isSound) return;
  const head = answer.toString("latin1", 0, 13);
  promise(/^HTTP\/1\.1 (?!500)\d{3} /.test(head), `an answer, and no defect, not "${head}"`);
}
