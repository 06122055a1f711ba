import type { Fleet } from "./fleet.ts";
import type { DecisionEvent } from "./status.ts";

/** A reader that is this many events behind is not reading. */
const MOST_WAITING = 2000;

/** `/events`: the last decisions, then each new one, and the fleet's figures once a second (server-sent events). */
export function eventStream(fleet: Fleet): Response {
  let end = () => {};
  const stream = new ReadableStream<string>(
    {
      start(controller) {
        const send = (type: string, data: object, id?: number) => {
          if ((controller.desiredSize ?? 0) < -MOST_WAITING) {
            end();
            controller.error(new Error("the reader does not read"));
            return;
          }
          const number = id === undefined ? "" : `id: ${id}\n`;
          controller.enqueue(`event: ${type}\n${number}data: ${JSON.stringify(data)}\n\n`);
        };
        const tell = (event: DecisionEvent) => send("decision", event, event.number);
        const ends = [fleet.events.listen(tell), fleet.onTurn((status) => send("stats", status))];
        end = () => {
          for (const stop of ends) stop();
        };
        for (const event of fleet.events.recent) tell(event);
        send("stats", fleet.status);
      },
      cancel: () => end(),
    },
    { highWaterMark: 0 },
  );
  return new Response(stream.pipeThrough(new TextEncoderStream()), {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
  });
}
