import type { Fleet } from "./fleet.ts";
import type { DecisionEvent, FleetStatus } from "./status.ts";

/** A reader who is this many characters behind is not reading: of a large fleet they are a minute, of a small one hours. */
const MOST_WAITING = 16 * 1024 ** 2;

/** `/events`: the last decisions, then each new one, and the fleet's figures once a second (server-sent events). */
export function eventStream(
  fleet: Pick<Fleet, "events" | "onTurn" | "status">,
  /** The figures as this reader is to see them. */
  shown: (status: FleetStatus) => FleetStatus = (status) => status,
): Response {
  let end = () => {};
  const stream = new ReadableStream<string>(
    {
      start(controller) {
        // However much the past is, it is no reason to drop who comes for it.
        for (const event of fleet.events.recent) controller.enqueue(decisionFrame(event));
        controller.enqueue(statsFrame(shown(fleet.status())));
        const send = (frame: string) => {
          if ((controller.desiredSize ?? 0) >= -MOST_WAITING) return controller.enqueue(frame);
          end();
          controller.error(new Error("the reader does not read"));
        };
        const ends = [
          fleet.events.listen((event) => send(decisionFrame(event))),
          fleet.onTurn((status) => send(statsFrame(shown(status)))),
        ];
        end = () => {
          for (const stop of ends) stop();
        };
      },
      cancel: () => end(),
    },
    { highWaterMark: 0, size: (frame = "") => frame.length },
  );
  return new Response(stream.pipeThrough(new TextEncoderStream()), {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
  });
}

function decisionFrame(event: DecisionEvent): string {
  return `event: decision\nid: ${event.number}\ndata: ${JSON.stringify(event)}\n\n`;
}

function statsFrame(status: FleetStatus): string {
  return `event: stats\ndata: ${JSON.stringify(status)}\n\n`;
}
