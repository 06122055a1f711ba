import { dlopen } from "bun:ffi";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { socketAddress } from "./notify-socket.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** The other end of `NOTIFY_SOCKET`: a real datagram socket, as a service manager has one. */
export interface NotifyReceiver {
  readonly address: string;
  /** Everything received so far, a datagram each. */
  heard(): string[];
  /** Forgets what was received. */
  forget(): void;
  close(): void;
}

/** Listens on a path of its own, or under an abstract name. */
export function listenForNotifications(kind: "path" | "abstract" = "path"): NotifyReceiver {
  const { symbols } = dlopen("libc.so.6", {
    socket: { args: ["int", "int", "int"], returns: "int" },
    bind: { args: ["int", "buffer", "u32"], returns: "int" },
    recv: { args: ["int", "buffer", "usize", "int"], returns: "i64" },
    close: { args: ["int"], returns: "int" },
  });
  const folder = mkdtempSync(join(tmpdir(), "scale-chat-notify-"));
  const address = `${kind === "abstract" ? "@" : ""}${join(folder, "notify")}`;
  const name = socketAddress(address)!;
  const descriptor = symbols.socket(AF_UNIX, SOCK_DGRAM, 0);
  if (symbols.bind(descriptor, name, name.length) !== 0) throw new Error(`cannot bind to ${address}`);
  const received: string[] = [];
  const buffer = Buffer.alloc(4096);
  return {
    address,
    heard() {
      for (;;) {
        const length = Number(symbols.recv(descriptor, buffer, buffer.length, MSG_DONTWAIT));
        if (length < 0) return received;
        received.push(buffer.toString("utf8", 0, length));
      }
    },
    forget() {
      this.heard();
      received.length = 0;
    },
    close() {
      symbols.close(descriptor);
      rmSync(folder, { recursive: true });
    },
  };
}
