import { expect, test } from "@jest/globals";
import { loadTarget } from "../../../bench/load/load-target.ts";
import { playCall, type Script } from "../../../bench/load/play-call.ts";
import { payloadMix } from "../../../bench/relay/payloads.ts";
import { proofFor, userToken } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();
const script = (channel: string): Script => ({
  channel,
  offer: payloadMix("offer", { calls: 1, candidates: 3 }).payloads,
  answer: payloadMix("answer", { calls: 1, candidates: 3 }).payloads,
  hold: 0,
});
/** As a deployed stack is given: by its URL and a token. */
const target = async () =>
  loadTarget({
    SYNAPSE_BILLING_URL: program.ready.billing,
    SYNAPSE_TOKEN: await userToken(program.ready, "load"),
  });

test("a call of the load bench is set up on a stack that it did not start", async () => {
  const call = await playCall(await target(), script("load-1"));
  expect(call).toEqual({ setUp: expect.any(Number), frames: expect.any(Array), retried: 0 });
  expect(call.frames).toHaveLength(8);
});

test("a call that is refused fails, with the step and the reason, and is not tried again", async () => {
  await proofFor(program.ready, "alice", { channel: "load-2", role: "MASTER" });
  expect(await playCall(await target(), script("load-2"))).toEqual({
    frames: [],
    retried: 0,
    failure: "connect: POST /proofs 403",
  });
});
