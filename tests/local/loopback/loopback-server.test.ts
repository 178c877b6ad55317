import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type LoopbackServer, listenOnLoopback } from "../../../local/loopback/loopback-server.ts";

let server: LoopbackServer;
let served: string[];

beforeEach(async () => {
  served = [];
  server = await listenOnLoopback({
    onRequest: (request, response) => {
      served.push(request.url ?? "");
      response.end("served");
    },
    onUpgrade: (request, socket) => {
      served.push(request.url ?? "");
      socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    },
  });
});

afterEach(() => server.close());

function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

const host = () => new URL(server.url).host;
const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

test("its own address is served, by number and as localhost", async () => {
  expect(await (await fetch(`${server.url}/a`)).text()).toBe("served");
  const port = new URL(server.url).port;
  expect(await (await fetch(`http://localhost:${port}/b`)).text()).toBe("served");
  expect(served).toEqual(["/a", "/b"]);
});

test.each([["evil.example.com"], ["127.0.0.1"], ["127.0.0.1:1"], [""]])(
  "a request for the host %j is misdirected",
  async (name) => {
    const answer = await raw(`GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
    expect(served).toEqual([]);
  },
);

test("an upgrade for another host is misdirected too", async () => {
  expect(await raw(`GET / HTTP/1.1\r\nHost: evil.example.com\r\n${upgrade}\r\n`)).toMatch(/^HTTP\/1\.1 421 /);
  expect(await raw(`GET /ws HTTP/1.1\r\nHost: ${host()}\r\n${upgrade}\r\n`)).toMatch(/^HTTP\/1\.1 101 /);
  expect(served).toEqual(["/ws"]);
});

test("a taken port is the system's own error", async () => {
  const port = Number(new URL(server.url).port);
  await expect(listenOnLoopback({ onRequest: () => undefined, port })).rejects.toThrow("EADDRINUSE");
});
