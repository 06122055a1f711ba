import { expect, onTestFinished, test } from "bun:test";
import type { Server } from "bun";
import type { DialectName } from "../../protocol/dialect.ts";
import { loadRun, options } from "../test-run.ts";

/** A server that is not ours and speaks one of the two simple dialects, with nothing more than it must. */
function foreignServer(dialect: Exclude<DialectName, "native">): Server<{ room: string }> {
  const server = Bun.serve<{ room: string }>({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request, self) {
      self.upgrade(request, { data: { room: new URL(request.url).pathname } });
    },
    websocket: {
      data: {} as { room: string },
      open(socket) {
        if (dialect === "plain") socket.subscribe(socket.data.room);
        else socket.send(JSON.stringify({ type: "welcome", connected_at: new Date().toISOString() }));
      },
      message(socket, frame) {
        if (dialect === "plain") {
          server.publish(socket.data.room, frame);
          return;
        }
        const { type, payload } = JSON.parse(String(frame));
        if (type === "register") {
          socket.data.room = payload.chatId;
          socket.subscribe(payload.chatId);
        } else {
          server.publish(socket.data.room, JSON.stringify(payload));
        }
      },
    },
  });
  onTestFinished(() => server.stop(true));
  return server;
}

for (const dialect of ["plain", "register"] as const) {
  test(`on a server that is not ours every message reaches every member once, ${dialect}`, async () => {
    const end = await loadRun(options(foreignServer(dialect).port!, { dialect })).run();
    expect(end).toMatchObject({ sent: 96, expected: 384, received: 384, disconnects: 0 });
  });
}
