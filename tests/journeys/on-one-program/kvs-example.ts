import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { SignalingClient } from "amazon-kinesis-video-streams-webrtc";
import { sessionDescription } from "../descriptions.ts";
import { exampleUnder } from "../example-page.ts";
import { proofFor, userToken } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";
import { whileHoursPass } from "../while-hours-pass.ts";

type FreshUrl = (billingUrl: string, jwt: string, request: object) => Promise<string>;
type KvsClient = (obtainUrl: () => Promise<string>, role: string, clientId?: string) => SignalingClient;

const program = sharedProgram();
let folder: string;
let freshUrl: FreshUrl;
let kvsClient: KvsClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "synapse-d-example-"));
  symlinkSync(join(import.meta.dirname, "..", "..", "..", "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "fresh-url.mjs"), exampleUnder("A fresh proof"));
  writeFileSync(join(folder, "kvs-client.mjs"), exampleUnder("The KVS client"));
  ({ freshUrl } = await import(join(folder, "fresh-url.mjs")));
  ({ kvsClient } = await import(join(folder, "kvs-client.mjs")));
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
});

function client(user: string, role: string, clientId?: string): SignalingClient {
  const obtainUrl = async () =>
    freshUrl(program.ready.billing, await userToken(program.ready, user), {
      channel: "kvs-room",
      role,
      clientId,
    });
  return kvsClient(obtainUrl, role, clientId);
}

const heard = (of: SignalingClient, event: string) =>
  new Promise<unknown>((resolve) => of.once(event, resolve));

async function opened(of: SignalingClient): Promise<void> {
  const open = heard(of, "open");
  of.open();
  await open;
}

whileHoursPass(
  "the KVS example connects, and connects again with a fresh proof after the server has closed",
  () => program.ready,
  async function* () {
    const [master, viewer] = [client("alice", "MASTER"), client("bob", "VIEWER", "bob")];
    await Promise.all([opened(master), opened(viewer)]);
    const closed = Promise.all([heard(master, "close"), heard(viewer, "close")]);
    yield 2 * 60 * 60 * 1_000;
    await closed;
    await Promise.all([opened(master), opened(viewer)]);
    const offer = heard(master, "sdpOffer");
    viewer.sendSdpOffer(sessionDescription("offer", "v=0\r\nagain"));
    expect(await offer).toEqual({ type: "offer", sdp: "v=0\r\nagain" });
    master.close();
    viewer.close();
  },
);

test("the example of a fresh proof says in words why none was given", async () => {
  // The room is alice's.
  await proofFor(program.ready, "alice", { channel: "kvs-room", role: "MASTER" });
  const refused = freshUrl(program.ready.billing, await userToken(program.ready, "eve"), {
    channel: "kvs-room",
    role: "MASTER",
  });
  await expect(refused).rejects.toThrow(/another user/i);
});
