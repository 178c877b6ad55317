import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, test } from "@jest/globals";
import { daemonAt } from "../../../../functions/shared/tracing/daemon.ts";

async function listening() {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, port: socket.address().port };
}

test.each([
  ["Lambda's form", (port: number) => `127.0.0.1:${port}`],
  ["the daemon's long form", (port: number) => `tcp:127.0.0.1:1 udp:127.0.0.1:${port}`],
])("a document arrives with the daemon's preamble, at an address in %s", async (_, address) => {
  const { socket, port } = await listening();
  const arrived = once(socket, "message");
  await daemonAt(address(port))('{"id":"1"}');
  expect(String((await arrived)[0])).toBe('{"format":"json","version":1}\n{"id":"1"}');
  socket.close();
});

test("a document that cannot be sent is lost, and nothing fails", async () => {
  const { socket, port } = await listening();
  const send = daemonAt(`127.0.0.1:${port}`);
  await expect(send("x".repeat(70_000))).resolves.toBeUndefined();
  const arrived = once(socket, "message");
  await send("{}");
  expect(String((await arrived)[0])).toBe('{"format":"json","version":1}\n{}');
  socket.close();
  await expect(send("{}")).resolves.toBeUndefined();
});

test.each([undefined, "", "daemon"])("without a daemon, at %j, nothing is sent", async (address) => {
  await expect(daemonAt(address)("{}")).resolves.toBeUndefined();
});
