import { beforeAll, describe, expect, test } from "@jest/globals";
import { iceCandidate, sessionDescription } from "../descriptions.ts";
import { connectClient } from "../kvs-client.ts";
import { joinAs } from "../member-socket.ts";
import { eventually, proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();

interface Received {
  readonly messageType: string;
  /** The text of the SDP or candidate. */
  readonly text: string;
}

/** A master's plain socket, and what it has received. */
async function rawMaster(channel: string): Promise<{ received: Received[]; close: () => void }> {
  const { proof, url } = await proofFor(program.ready, "alice", { channel, role: "MASTER" });
  const socket = new WebSocket(`${url}?proof=${proof}`);
  const received: Received[] = [];
  socket.addEventListener("message", ({ data }) => {
    const { messageType, messagePayload } = JSON.parse(String(data));
    const { sdp, candidate } = JSON.parse(atob(messagePayload));
    received.push({ messageType, text: sdp ?? candidate });
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  return { received, close: () => socket.close() };
}

const rounds = Array.from({ length: 10 }, (_, round) => round);
const twenty = Array.from({ length: 20 }, (_, number) => `candidate:${number}`);

describe("on instances that have started", () => {
  beforeAll(async () => {
    // Starts them, six more each time: while all start at once, two cores are too slow for DynamoDB's timeouts.
    const { socket } = await joinAs(program.ready, "warm", "VIEWER", "bob");
    for (const atOnce of [6, 12, 18, 24]) {
      const had = socket.received.length;
      // A receipt for a master who is not there is not kept.
      for (let number = 0; number < atOnce; number += 1)
        socket.socket.send('{"action":"ACK","frameId":"nothing"}');
      await socket.next(atOnce, had);
    }
    socket.socket.close();
  }, 90_000);

  test.each(rounds)(
    "an offer and 20 candidates sent back to back arrive with the offer first, each once (%i)",
    async (round) => {
      const channel = `order-${round}`;
      const master = await rawMaster(channel);
      const proof = await proofFor(program.ready, "bob", { channel, role: "VIEWER", clientId: "bob" });
      const viewer = await connectClient(proof, channel, "VIEWER", "bob");
      viewer.client.sendSdpOffer(sessionDescription("offer", "v=0\r\na=ice-ufrag:abcd\r\n"));
      for (const candidate of twenty) viewer.client.sendIceCandidate(iceCandidate(candidate, "abcd"));
      await eventually("all frames arrived", () => (master.received.length >= 21 ? true : undefined));
      // A round trip later nothing more has come.
      viewer.client.sendIceCandidate(iceCandidate("candidate:last", "abcd"), undefined, "last");
      expect(await viewer.next("statusResponse")).toMatchObject({ correlationId: "last", success: true });
      await eventually("the last candidate arrived", () =>
        master.received.some(({ text }) => text === "candidate:last") ? true : undefined,
      );
      expect(master.received[0]?.messageType).toBe("SDP_OFFER");
      const candidates = master.received.slice(1).map(({ text }) => text);
      expect(candidates.toSorted()).toEqual([...twenty, "candidate:last"].sort());
      viewer.client.close();
      master.close();
    },
    60_000,
  );

  test("a restarted negotiation: the new offer goes before its candidates, and the old ones are told so", async () => {
    const master = await rawMaster("order-restart");
    const proof = await proofFor(program.ready, "bob", {
      channel: "order-restart",
      role: "VIEWER",
      clientId: "bob",
    });
    const viewer = await connectClient(proof, "order-restart", "VIEWER", "bob");
    const offer = (ufrag: string) => sessionDescription("offer", `v=0\r\na=ice-ufrag:${ufrag}\r\n`);
    viewer.client.sendSdpOffer(offer("old1"), undefined, "first");
    expect(await viewer.next("statusResponse")).toMatchObject({ correlationId: "first", success: true });
    viewer.client.sendSdpOffer(offer("new1"));
    for (const candidate of twenty) viewer.client.sendIceCandidate(iceCandidate(candidate, "new1"));
    await eventually("all frames arrived", () => (master.received.length >= 22 ? true : undefined));
    expect(master.received.map(({ messageType }) => messageType)).toEqual([
      "SDP_OFFER",
      "SDP_OFFER",
      ...twenty.map(() => "ICE_CANDIDATE"),
    ]);
    expect(master.received.slice(2).map(({ text }) => text)).toEqual(expect.arrayContaining(twenty));
    viewer.client.close();
    master.close();
  }, 60_000);
});
