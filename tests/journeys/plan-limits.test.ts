import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ChangedCopy, changedCopy } from "./changed-copy.ts";
import { control, fired, putFaults } from "./control.ts";
import { candidate, endsIn, joinAs, nameOf, sdp } from "./member-socket.ts";
import { openSocket } from "./raw-socket.ts";
import {
  advanceClock,
  endPrograms,
  eventually,
  logLines,
  proofFor,
  type RunningProgram,
  startProgram,
} from "./running-program.ts";

afterAll(endPrograms);

let program: RunningProgram;
let copy: ChangedCopy;

const plan = (rate: number, peers: number, depth: number) =>
  `framesPerSecond: ${rate}\n    peersPerChannel: ${peers}\n    mailboxDepth: ${depth}`;

beforeAll(async () => {
  copy = changedCopy("Pulumi.dev.yaml", plan(100, 50, 256), plan(5, 3, 3));
  program = await startProgram([], copy.folder);
}, 60_000);

afterAll(async () => {
  await program?.stop();
  copy?.remove();
});

const full = { success: false, statusCode: "429", code: "mailbox_full" };

test("more frames than mailboxDepth for an absent member are refused with mailbox_full, of all senders together", async () => {
  const join = (clientId: string) => joinAs(program.ready, "mailbox", "VIEWER", clientId);
  const [bob, carol] = [await join("bob"), await join("carol")];
  expect(await bob.answerTo(sdp("offer", "o1"))).toMatchObject({ code: "queued" });
  expect(await bob.answerTo(candidate("c1", "o1"))).toMatchObject({ code: "queued" });
  expect(await bob.answerTo(candidate("c2", "o1"))).toMatchObject({ code: "queued" });
  expect(await bob.answerTo(candidate("c3", "o1"))).toMatchObject(full);
  expect(await carol.answerTo(sdp("offer", "o9"))).toMatchObject(full);
  // A newer offer takes the place of the three.
  expect(await bob.answerTo(sdp("offer", "o2"))).toMatchObject({ code: "queued" });
  expect(endsIn(await bob.next())).toEqual([
    ["o1", "superseded"],
    ["c1", "superseded"],
    ["c2", "superseded"],
  ]);
  expect(await carol.answerTo(sdp("offer", "o10"))).toMatchObject({ code: "queued" });
  // Exactly what was accepted arrives.
  const master = await joinAs(program.ready, "mailbox", "MASTER");
  expect((await master.nextOnes(2)).map(nameOf).toSorted()).toEqual(["o10", "o2"]);
  expect(endsIn(await carol.next())).toEqual([["o10", "delivered"]]);
  expect(await carol.answerTo(candidate("c9", "o10"))).toMatchObject({ code: "delivered" });
  expect(nameOf(await master.next())).toBe("c9");
  expect(master.unread).toEqual([]);
}, 60_000);

test("more members than peersPerChannel are refused with 403, and admitted when one has left", async () => {
  const channel = "crowd";
  const handshake = async (clientId: string) => {
    const { proof, url } = await proofFor(program.ready, clientId, { channel, role: "PEER", clientId });
    return openSocket(`${url}?proof=${proof}`);
  };
  const there = [await handshake("ada"), await handshake("bob"), await handshake("cleo")];
  expect(there.map(({ status }) => status)).toEqual([101, 101, 101]);
  expect((await handshake("dan")).status).toBe(403);
  const lines = await logLines(program.ready, "PeerConnectionHandler");
  expect(lines.at(-1)?.message).toContain('"code":"channel_full"');
  // Whoever has a place already may come again.
  expect((await handshake("bob")).status).toBe(101);
  const [ada] = there;
  if (ada && "socket" in ada) ada.socket.close();
  await eventually("dan is admitted", async () =>
    (await handshake("dan")).status === 101 ? true : undefined,
  );
  expect((await handshake("ada")).status).toBe(403);
}, 60_000);

/** Proofs for these client ids as PEER; then their handshakes begin at once. The status of each. */
async function come(channel: string, names: readonly string[]): Promise<() => Promise<readonly number[]>> {
  const urls: string[] = [];
  for (const clientId of names) {
    const { proof, url } = await proofFor(program.ready, clientId, { channel, role: "PEER", clientId });
    urls.push(`${url}?proof=${proof}`);
  }
  return () => Promise.all(urls.map(async (url) => (await openSocket(url)).status));
}

test("of six that come at once three are admitted, and who is inside comes again while others knock", async () => {
  const names = Array.from({ length: 6 }, (_, number) => `p${number}`);
  const statuses = await (await come("rush", names))();
  expect(statuses.toSorted()).toEqual([101, 101, 101, 403, 403, 403]);
  // Beyond the time that a handshake takes.
  await advanceClock(program.ready, 30_000);
  expect(await (await come("rush", names))()).toEqual(statuses);
}, 60_000);

test("one whose row comes late finds the channel full, though its handshake began first", async () => {
  expect(await (await come("late", ["ada", "bob"]))()).toEqual([101, 101]);
  const [cleo, dan] = [await come("late", ["cleo"]), await come("late", ["dan"])];
  const slowPut = { service: "dynamodb", operation: "PutItem", match: '"TableName":"peers', times: 1 };
  await putFaults(program.ready, { ...slowPut, latencyMs: 400 });
  const slow = cleo();
  await eventually("its row is on the way", async () => (await fired(program.ready))[0] || undefined);
  expect(await dan()).toEqual([101]);
  expect(await slow).toEqual([403]);
  await control(program.ready, "DELETE", "/faults");
}, 60_000);

test("more frames a second than the plan admits are refused with too_fast, and the socket survives", async () => {
  const viewer = await joinAs(program.ready, "haste", "VIEWER", "bob");
  const codes: unknown[] = [];
  // These are refused without a call to AWS, so that they come fast enough on a slow machine too.
  while (codes.at(-1) !== "too_fast" && codes.length < 100) {
    codes.push((await viewer.answerTo({ action: "SDP_OFFER", correlationId: "empty" })).code);
  }
  expect(new Set(codes)).toEqual(new Set(["payload_missing", "too_fast"]));
  expect(codes.length).toBeGreaterThan(10);
  expect(await viewer.answerTo(sdp("offer", "o1"))).toMatchObject({
    success: false,
    statusCode: "429",
    code: "too_fast",
    correlationId: "o1",
  });
  await advanceClock(program.ready, 1_000);
  expect(await viewer.answerTo(sdp("offer", "o2"))).toMatchObject({ code: "queued" });
  const master = await joinAs(program.ready, "haste", "MASTER");
  expect(nameOf(await master.next())).toBe("o2");
}, 60_000);
