/** A peer for benchmarks: Bun's bare `publish` and nothing else. What it cannot do, nothing on Bun can. */
const server = Bun.serve<{ room: string }>({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, self) {
    self.upgrade(request, { data: { room: new URL(request.url).pathname } });
  },
  websocket: {
    data: {} as { room: string },
    perMessageDeflate: false,
    open: (socket) => void socket.subscribe(socket.data.room),
    message: (socket, frame) => void server.publish(socket.data.room, frame, false),
  },
});
console.log(server.port);
