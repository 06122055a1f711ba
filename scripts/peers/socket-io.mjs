// A peer for benchmarks: the chat of socket.io's own guide, with rooms. WebSockets from the start, as no test polls.
// With REDIS_URL it is one of several over a Redis, by the adapter of socket.io's own documentation.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";

const { REDIS_URL } = process.env;
const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
if (REDIS_URL !== undefined) {
  const redis = new Redis(REDIS_URL);
  io.adapter(createAdapter(redis, redis.duplicate()));
}
io.on("connection", (socket) => {
  const { room } = socket.handshake.query;
  socket.join(room);
  socket.on("message", (message) => io.to(room).emit("message", message));
});
http.listen(0, "127.0.0.1", 4096, () => console.log(http.address().port));
