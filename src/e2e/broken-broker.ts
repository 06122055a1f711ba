import type { Broker, Publication } from "../broker/broker.ts";
import { MemoryBroker } from "../broker/memory/memory-broker.ts";
import { systemClock } from "../lib/clock.ts";
import { seededRandom } from "../lib/random.ts";

export type Defect = "none" | "drop" | "repeat" | "swap" | "no dedupe" | "ack before store";

/** A log that keeps its promises but for one message, the one that bob says as his number 5. */
export class BrokenBroker extends MemoryBroker {
  private held: Delivery[0] | null = null;

  constructor(private readonly defect: Defect) {
    super({ history: 1000 }, systemClock, seededRandom(1));
  }

  override publish(room: string, message: Publication): ReturnType<Broker["publish"]> {
    if (!isFlawed(message)) return super.publish(room, message);
    if (this.defect === "no dedupe") return super.publish(room, { ...message, session: null });
    if (this.defect === "ack before store")
      return Promise.resolve({ epoch: "e", offset: 1, duplicate: false });
    return super.publish(room, message);
  }

  override subscribe(
    room: string,
    onMessages: (messages: Delivery) => void,
  ): ReturnType<Broker["subscribe"]> {
    return super.subscribe(room, (messages) => {
      const broken = messages.flatMap((message) => this.breakOne(message));
      if (broken.length > 0) onMessages(broken);
    });
  }

  private breakOne(message: Delivery[0]): Delivery {
    if (isFlawed(message)) {
      if (this.defect === "drop") return [];
      if (this.defect === "repeat") return [message, message];
      if (this.defect === "swap") {
        this.held = message;
        return [];
      }
    }
    const delivered = this.held === null ? [message] : [message, this.held];
    this.held = null;
    return delivered;
  }
}

type Delivery = Parameters<Parameters<Broker["subscribe"]>[1]>[0];

export const isFlawed = ({ sender, text }: { sender: string; text: string }) =>
  sender === "bob" && text.trim() === "5";
