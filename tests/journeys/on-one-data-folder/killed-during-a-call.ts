import { expect, test } from "@jest/globals";
import { connected, offerFrame, type RawSocket } from "../raw-socket.ts";
import { type Proof, proofFor } from "../running-program.ts";
import { twoLives } from "../two-lives.ts";

let viewer: RawSocket;
let used: Proof;
let unused: Proof;

const lives = twoLives({
  beforeKill: async (ready) => {
    used = await proofFor(ready, "bob", { channel: "call", role: "VIEWER", clientId: "bob" });
    viewer = await connected(used);
    viewer.socket.send(offerFrame("early"));
    await viewer.next(1);
    unused = await proofFor(ready, "alice", { channel: "call", role: "MASTER" });
  },
});

test("a program that is killed during a call keeps the frame that waits, the proof and its freshness", async () => {
  const { signaling: url } = await lives.second();
  expect(JSON.parse((await viewer.next(1))[0] ?? "")).toMatchObject({ statusResponse: { code: "queued" } });
  expect((await viewer.closed).code).toBe(1006);
  const master = await connected({ ...unused, url });
  expect(JSON.parse((await master.next(1))[0] ?? "")).toMatchObject({
    messageType: "SDP_OFFER",
    senderClientId: "bob",
  });
  await expect(connected({ ...unused, url })).rejects.toThrow("401 Unauthorized");
  await expect(connected({ ...used, url })).rejects.toThrow("401 Unauthorized");
  master.socket.close();
}, 60_000);
