import { dlopen } from "bun:ffi";

// Linux, x64 and arm64 alike.
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const LONGEST_PATH = 107;

/** Sends one datagram; false where it did not arrive. It never waits and never throws. */
export type SendDatagram = (text: string) => boolean;

/**
 * The way to a service manager's socket: a path, or with `@` in front an abstract name (systemd's `NOTIFY_SOCKET`).
 * `null` where there is none: another kind of address, another system. Node's dgram knows no such sockets, so it is libc
 * that sends.
 */
export function openNotifySocket(address: string): SendDatagram | null {
  const destination = socketAddress(address);
  if (destination === null || process.platform !== "linux") return null;
  try {
    const { socket, sendto } = dlopen("libc.so.6", {
      socket: { args: ["int", "int", "int"], returns: "int" },
      sendto: { args: ["int", "buffer", "usize", "int", "buffer", "u32"], returns: "i64" },
    }).symbols;
    const descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return null;
    return (text) => {
      const bytes = Buffer.from(text);
      // Addressed each time, as a manager that was restarted listens anew under the same name. A queue that is full
      // may not hold up the service: what is said here is said again.
      const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
      const sent = sendto(descriptor, bytes, bytes.length, flags, destination, destination.length);
      return Number(sent) === bytes.length;
    };
  } catch {
    return null; // No libc under that name.
  }
}

/** `struct sockaddr_un`: the family, then the path; an abstract name begins with a zero. */
export function socketAddress(address: string): Buffer | null {
  if (!/^[/@]./.test(address)) return null;
  const path = Buffer.from(address.replace(/^@/, "\0"));
  if (path.length > LONGEST_PATH) return null;
  return Buffer.concat([Uint8Array.of(AF_UNIX, 0), path]);
}
