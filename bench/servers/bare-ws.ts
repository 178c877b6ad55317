// The least that relays at all: `ws`, one Map, no parsing. Two sockets with the same path are a pair.
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { untilInterrupted } from "./until-interrupted.ts";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
const waiting = new Map<string, WebSocket>();
server.on("connection", (socket, { url = "" }) => {
  const other = waiting.get(url);
  if (!other) return waiting.set(url, socket);
  waiting.delete(url);
  socket.on("message", (frame) => other.send(frame, { binary: false }));
  other.on("message", (frame) => socket.send(frame, { binary: false }));
});
await new Promise((resolve) => server.once("listening", resolve));
const { port } = server.address() as AddressInfo;
await untilInterrupted({ signaling: `ws://127.0.0.1:${port}` });
for (const socket of server.clients) socket.terminate();
server.close();
