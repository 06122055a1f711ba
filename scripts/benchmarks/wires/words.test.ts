import { expect, test } from "bun:test";
import { natsWords } from "./nats.ts";
import { socketIoWords } from "./socket-io.ts";

test("socket.io: asks for the namespace, is in, unwraps events, answers pings", () => {
  const words = socketIoWords("ws://h:1/ws/r%20x");
  expect(words.url).toBe("ws://h:1/socket.io/?EIO=4&transport=websocket&room=r%20x");
  expect(words.understand('0{"sid":"a"}').answer).toBe("40");
  expect(words.understand('40{"sid":"b"}').isIn).toBe(true);
  expect(words.understand("2").answer).toBe("3");
  expect(words.say('{"a":1}')).toBe('42["message",{"a":1}]');
  expect(words.understand('42["message",{"a":1}]').frames).toEqual(['{"a":1}']);
});

test("NATS: subscribes, is in when the server has read it, and answers pings", () => {
  const words = natsWords("ws://h:1/ws/run.0");
  expect(words.url).toBe("ws://h:1/");
  expect(words.understand('INFO {"a":1}\r\n').answer).toBe(
    'CONNECT {"verbose":false}\r\nSUB run_0 1\r\nPING\r\n',
  );
  expect(words.understand("PONG\r\n").isIn).toBe(true);
  expect(words.understand("PING\r\n").answer).toBe("PONG\r\n");
  expect(words.say('{"a":1}')).toBe('PUB run_0 7\r\n{"a":1}\r\n');
});

test("NATS: messages are found wherever the stream is cut", () => {
  const stream = 'MSG r 1 7\r\n{"a":1}\r\nPING\r\nMSG r 1 7\r\n{"a":2}\r\n';
  for (let cut = 0; cut <= stream.length; cut++) {
    const words = natsWords("ws://h:1/ws/r");
    const parts = [words.understand(stream.slice(0, cut)), words.understand(stream.slice(cut))];
    expect(parts.flatMap(({ frames }) => frames)).toEqual(['{"a":1}', '{"a":2}']);
    expect(parts.map(({ answer }) => answer).filter(Boolean)).toEqual(["PONG\r\n"]);
  }
});
