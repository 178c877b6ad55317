import { expect, test } from "@jest/globals";
import { sessionDescription } from "../descriptions.ts";
import { expectExchange } from "../expect-exchange.ts";
import { connectClient } from "../kvs-client.ts";
import { proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();

let channels = 0;

async function masterAndViewer() {
  const channel = `channel-${++channels}`;
  const masterProof = await proofFor(program.ready, "alice", { channel, role: "MASTER" });
  const viewerProof = await proofFor(program.ready, "bob", { channel, role: "VIEWER", clientId: "bob-1" });
  const master = await connectClient(masterProof, channel, "MASTER");
  const viewer = await connectClient(viewerProof, channel, "VIEWER", "bob-1");
  return { channel, master, viewer };
}

test("a master and a viewer of the npm package reach each other, both ways", async () => {
  await expectExchange(program.ready, `channel-${++channels}`);
});

test("an SDP whose frame is 32,000 bytes arrives byte for byte", async () => {
  const { master, viewer } = await masterAndViewer();
  // 4 bytes of base64 carry 3 of JSON; the frame around them and the JSON around the SDP are 106 bytes.
  const frameOf = (sdp: string) =>
    JSON.stringify({
      action: "SDP_OFFER",
      messagePayload: btoa(JSON.stringify({ type: "offer", sdp })),
      correlationId: "big",
    }).length;
  let sdp = "x".repeat(23_800);
  while (frameOf(sdp) < 32_000) sdp += "x";
  expect(frameOf(sdp)).toBeLessThanOrEqual(32_003);
  viewer.client.sendSdpOffer(sessionDescription("offer", sdp), undefined, "big");
  expect((await master.next("sdpOffer")).description.sdp).toBe(sdp);
  expect(await viewer.next("statusResponse")).toMatchObject({ correlationId: "big", success: true });
  master.client.close();
  viewer.client.close();
});

test("a master that names no recipient is told so, by its correlation id", async () => {
  const { master, viewer } = await masterAndViewer();
  master.client.sendSdpAnswer(sessionDescription("answer", "v=0\r\n"), undefined, "lost");
  expect(await master.next("statusResponse")).toMatchObject({
    correlationId: "lost",
    success: false,
    statusCode: "400",
  });
  master.client.close();
  viewer.client.close();
});

test("an offer to a master that is not there yet waits for it", async () => {
  const channel = `channel-${++channels}`;
  const viewerProof = await proofFor(program.ready, "bob", { channel, role: "VIEWER", clientId: "bob-1" });
  const viewer = await connectClient(viewerProof, channel, "VIEWER", "bob-1");
  viewer.client.sendSdpOffer(sessionDescription("offer", "v=0\r\nearly"), undefined, "early");
  expect(await viewer.next("statusResponse")).toMatchObject({ correlationId: "early", success: true });
  const masterProof = await proofFor(program.ready, "alice", { channel, role: "MASTER" });
  const master = await connectClient(masterProof, channel, "MASTER");
  expect((await master.next("sdpOffer")).description.sdp).toBe("v=0\r\nearly");
  master.client.close();
  viewer.client.close();
}, 30_000);
