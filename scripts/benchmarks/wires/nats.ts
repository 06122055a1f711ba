import type { Words } from "./translated-socket.ts";

const CRLF = "\r\n";

/** The NATS client protocol (https://docs.nats.io/reference/reference-protocols/nats-protocol): a room is a subject. */
export function natsWords(url: string): Words {
  const { host, pathname } = new URL(url);
  // Dots and wildcards have a meaning in subjects.
  const subject = decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1)).replaceAll(
    /[.*> ]/g,
    "_",
  );
  let rest = "";
  return {
    url: `ws://${host}/`,
    say: (frame) => `PUB ${subject} ${frame.length}${CRLF}${frame}${CRLF}`,
    understand(data) {
      const frames: string[] = [];
      let answer: string | null = null;
      let isIn = false;
      // The server cuts its stream into WebSocket frames wherever it likes.
      const stream = rest + data;
      let at = 0;
      for (;;) {
        const end = stream.indexOf(CRLF, at);
        if (end === -1) break;
        const line = stream.slice(at, end);
        if (line.startsWith("MSG ")) {
          const from = end + CRLF.length;
          const to = from + Number(line.slice(line.lastIndexOf(" ") + 1));
          if (stream.length < to + CRLF.length) break;
          frames.push(stream.slice(from, to));
          at = to + CRLF.length;
          continue;
        }
        at = end + CRLF.length;
        // The answer to the PING says that the subscription before it has been read.
        if (line.startsWith("INFO "))
          answer = `CONNECT {"verbose":false}${CRLF}SUB ${subject} 1${CRLF}PING${CRLF}`;
        else if (line === "PONG") isIn = true;
        else if (line === "PING") answer = `PONG${CRLF}`;
      }
      rest = stream.slice(at);
      return { frames, answer, isIn };
    },
  };
}
