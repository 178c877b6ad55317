import { expect } from "@jest/globals";
import { iceCandidate, sessionDescription } from "./descriptions.ts";
import { connectClient } from "./kvs-client.ts";
import { proofFor, type Ready } from "./running-program.ts";

/** A master and a viewer of the npm package connect to the channel, and offer, answer and candidates reach the other. */
export async function expectExchange(ready: Ready, channel: string): Promise<void> {
  const masterProof = await proofFor(ready, "alice", { channel, role: "MASTER" });
  const viewerProof = await proofFor(ready, "bob", { channel, role: "VIEWER", clientId: "bob-1" });
  const master = await connectClient(masterProof, channel, "MASTER");
  const viewer = await connectClient(viewerProof, channel, "VIEWER", "bob-1");
  viewer.client.sendSdpOffer(sessionDescription("offer", "v=0\r\n"));
  expect(await master.next("sdpOffer")).toEqual({
    description: { type: "offer", sdp: "v=0\r\n" },
    from: "bob-1",
  });
  master.client.sendSdpAnswer(sessionDescription("answer", "v=0\r\na"), "bob-1");
  expect(await viewer.next("sdpAnswer")).toEqual({
    description: { type: "answer", sdp: "v=0\r\na" },
    from: undefined,
  });
  master.client.sendIceCandidate(iceCandidate("candidate:1"), "bob-1");
  viewer.client.sendIceCandidate(iceCandidate("candidate:2"));
  expect((await viewer.next("iceCandidate")).candidate.candidate).toBe("candidate:1");
  expect((await master.next("iceCandidate")).candidate.candidate).toBe("candidate:2");
  master.client.close();
  viewer.client.close();
}
