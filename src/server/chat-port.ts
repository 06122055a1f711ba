import { RenewablePort } from "../lib/http/renewable-port.ts";
import type { Session } from "./session.ts";

/** The port of the chat: what is published goes to everyone who came by it, with whichever certificate. */
export class ChatPort extends RenewablePort<Session> {
  publish(topic: string, frame: string): void {
    this.current?.publish(topic, frame, false);
    for (const server of this.leaving) server.publish(topic, frame, false);
  }
}
