import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type WebSocket, WebSocketServer } from "ws";
import { exampleUnder } from "../journeys/example-page.ts";

interface Example {
  openSignaling(
    obtainUrl: () => Promise<string>,
    receive: (message: object) => void,
  ): Promise<{ send(frame: object): Promise<object>; close(): void }>;
}

/** With a patience and an overlap of milliseconds, since a test waits for both. */
const code = exampleUnder("A client that knows our protocol")
  .replace("patience = 5_000", "patience = 300")
  .replace("overlap = 10_000", "overlap = 1");
const { openSignaling }: Example = await import(`data:text/javascript,${encodeURIComponent(code)}`);

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
});
afterEach(() => server.close());

/** The client of the page, connected, and the server's end of it. */
async function connected() {
  const connection = once(server, "connection").then(([socket]) => socket as WebSocket);
  const news: object[] = [];
  const { port } = server.address() as AddressInfo;
  const client = await openSignaling(
    async () => `ws://127.0.0.1:${port}/?proof=p`,
    (message) => news.push(message),
  );
  return { client, news, socket: await connection };
}

/** What the client sends, but for its signs of life. */
const onFrame = (socket: WebSocket, take: (frame: { correlationId: string }) => void) =>
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data));
    if (frame.action !== "ALIVE") take(frame);
  });

const answer = (correlationId: string, code: string) => ({
  messageType: "STATUS_RESPONSE",
  statusResponse: { correlationId, success: true, statusCode: "200", code },
});

test("a frame that finds no answer is sent again under its id, until it is answered", async () => {
  const { client, socket } = await connected();
  const sent: string[] = [];
  onFrame(socket, ({ correlationId }) => {
    sent.push(correlationId);
    if (sent.length === 3) socket.send(JSON.stringify(answer(correlationId, "delivered")));
  });
  expect(await client.send({ action: "SDP_OFFER" })).toMatchObject({ code: "delivered" });
  expect(sent).toEqual([sent[0], sent[0], sent[0]]);
  client.close();
});

test("it says that it is alive when it is connected, and when it is asked", async () => {
  const signs: string[] = [];
  let next = Promise.withResolvers<void>();
  server.once("connection", (opened: WebSocket) =>
    opened.on("message", (data) => {
      signs.push(String(data));
      next.resolve();
    }),
  );
  const { client, socket } = await connected();
  await next.promise;
  expect(signs).toEqual(['{"action":"ALIVE"}']);
  for (const messageType of ["KEEPALIVE", "GO_AWAY"]) {
    next = Promise.withResolvers();
    socket.send(JSON.stringify({ messageType }));
    await next.promise;
  }
  expect(signs.slice(0, 3)).toEqual(Array(3).fill('{"action":"ALIVE"}'));
  client.close();
});

test("a report of its end stands for an answer that was lost, and is passed on", async () => {
  const { client, socket, news } = await connected();
  const sent: string[] = [];
  onFrame(socket, ({ correlationId }) => {
    sent.push(correlationId);
    const report = { recipientClientId: "MASTER", correlationId, frameId: "f", code: "delivered" };
    socket.send(JSON.stringify({ messageType: "DELIVERY_REPORT", reports: [report] }));
  });
  expect(await client.send({ action: "ICE_CANDIDATE" })).toMatchObject({ code: "delivered", frameId: "f" });
  expect(news).toMatchObject([{ messageType: "DELIVERY_REPORT" }]);
  await client.send({ action: "ICE_CANDIDATE" });
  expect(sent).toEqual([...new Set(sent)]);
  client.close();
});
