import { expect, test } from "@jest/globals";
import { vanishNewest } from "../control.ts";
import { sessionDescription } from "../descriptions.ts";
import { connectClient } from "../kvs-client.ts";
import { logLines, proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();
const answer = sessionDescription("answer", "v=0\r\n");

async function member(channel: string, role: "MASTER" | "VIEWER", clientId?: string) {
  const proof = await proofFor(program.ready, clientId ?? "alice", { channel, role, clientId });
  return connectClient(proof, channel, role, clientId);
}

test("frames to a viewer that is gone are queued, and nothing tells that it left", async () => {
  const channel = "vanished-1";
  const master = await member(channel, "MASTER");
  const viewer = await member(channel, "VIEWER", "bob");
  const closed = new Promise((resolve) => viewer.client.on("close", () => resolve("closed")));
  const viewerId = await vanishNewest(program.ready, "gone");
  expect(await closed).toBe("closed");
  master.client.sendSdpAnswer(answer, "bob", "to-nobody");
  expect(await master.next("statusResponse")).toMatchObject({
    correlationId: "to-nobody",
    statusCode: "202",
  });
  const frame = (await logLines(program.ready, "RelayServer")).at(-1)?.message ?? "";
  expect(JSON.parse(frame)).toMatchObject({ outcome: "queued", code: "gone" });
  const lines = await logLines(program.ready, "PeerConnectionHandler");
  const ofViewer = lines
    .filter(({ message }) => message.includes(viewerId))
    .map(({ message }) => JSON.parse(message));
  expect(ofViewer.map(({ event }) => event)).toEqual(["connect"]);
}, 30_000);

test("frames to a half-open connection count as delivered, and reach nobody", async () => {
  const channel = "vanished-2";
  const master = await member(channel, "MASTER");
  const viewer = await member(channel, "VIEWER", "bob");
  const closed = new Promise((resolve) => viewer.client.on("close", () => resolve("closed")));
  await vanishNewest(program.ready, "half-open");
  expect(await closed).toBe("closed");
  master.client.sendSdpAnswer(answer, "bob", "to-a-ghost");
  expect(await master.next("statusResponse")).toMatchObject({
    correlationId: "to-a-ghost",
    statusCode: "200",
  });
  expect(viewer.unread()).toEqual([]);
}, 30_000);
