// A peer for benchmarks: the usual Node chat, `ws` and a loop over the room's sockets.
import { WebSocketServer } from "ws";

const rooms = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
server.on("connection", (socket, request) => {
  const room = rooms.get(request.url) ?? new Set();
  rooms.set(request.url, room.add(socket));
  socket.on("close", () => room.delete(socket));
  socket.on("message", (frame) => {
    for (const member of room) member.send(frame, { binary: false });
  });
});
server.on("listening", () => console.log(server.address().port));
