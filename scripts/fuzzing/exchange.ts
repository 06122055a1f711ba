/** Nothing more is said for this long: whatever was to be answered has been. */
const QUIET_MS = 25;

/**
 * Says all of `bytes` to a port of this machine; resolves with what was answered, once the other side has hung up or says
 * no more; its first word is waited for `patienceMs`. Nobody hangs up first here: a server may then drop what it has not
 * read yet.
 */
export async function exchange(port: number, bytes: Uint8Array, patienceMs = QUIET_MS): Promise<Buffer> {
  const answered: Buffer[] = [];
  const ended = Promise.withResolvers<void>();
  let timer = setTimeout(ended.resolve, patienceMs);
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
