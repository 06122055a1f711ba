// A peer for benchmarks: the chat of socket.io's own guide, with rooms. WebSockets from the start, as no test polls.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
io.on("connection", (socket) => {
  const { room } = socket.handshake.query;
  socket.join(room);
  socket.on("message", (message) => io.to(room).emit("message", message));
});
http.listen(0, "127.0.0.1", 4096, () => console.log(http.address().port));
