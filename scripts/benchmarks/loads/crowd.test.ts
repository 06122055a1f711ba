import { expect, test } from "bun:test";
import { Crowd } from "./crowd.ts";

// One is fewer than most machines have cores; seven is a multiple of no usual number of them.
test.each([1, 7])("%d clients come in, no more and no fewer, and all of them hear", async (clients) => {
  let inside = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response(null, { status: 400 })),
    websocket: {
      publishToSelf: true,
      open(socket) {
        inside++;
        socket.subscribe("all");
      },
      message: (socket, text) => void socket.publish("all", text),
    },
  });
  const crowd = await Crowd.gather(clients);
  try {
    await crowd.connect({ dialect: "plain", wire: "websocket" }, { url: `ws://127.0.0.1:${server.port}` });
    expect(inside).toBe(clients);
    expect(await crowd.tellAll("hello")).toBeGreaterThan(0);
  } finally {
    crowd.disperse();
    server.stop(true);
  }
});
