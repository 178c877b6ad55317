import type { Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ChangedCopy, changedCopy } from "./changed-copy.ts";
import {
  candidateFrame,
  connected,
  offerFrame,
  openSocket,
  payloadOf,
  type RawSocket,
} from "./raw-socket.ts";
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
let channels = 0;

beforeAll(async () => {
  // A tenth of the throttle, so that a slow machine too sends faster than it admits.
  copy = changedCopy(
    "components/signaling-api.ts",
    "{ rate: 2_000, burst: 1_000 }",
    "{ rate: 200, burst: 100 }",
  );
  program = await startProgram([], copy.folder);
}, 60_000);

afterAll(async () => {
  await program?.stop();
  copy?.remove();
});

const join = async (channel: string, role: "MASTER" | "VIEWER", clientId?: string): Promise<RawSocket> =>
  connected(await proofFor(program.ready, clientId ?? "alice", { channel, role, clientId }));

async function masterAndViewer() {
  const channel = `channel-${++channels}`;
  return { channel, master: await join(channel, "MASTER"), viewer: await join(channel, "VIEWER", "bob") };
}

/** A viewer whose offer has reached its master, so that its candidates may follow. */
async function negotiating() {
  const peers = await masterAndViewer();
  peers.viewer.socket.send(offerFrame("offer"));
  expect(counted(await peers.viewer.next(1))).toEqual({ delivered: 1 });
  await peers.master.next(1);
  return peers;
}

/** How many answers of each kind there are: the code of ours, the message of API Gateway's own. */
function counted(answers: readonly string[]): Readonly<Record<string, number>> {
  const kinds = answers.map((text) => {
    const { statusResponse, message } = JSON.parse(text);
    return String(statusResponse?.code ?? message);
  });
  return Object.fromEntries(
    [...Map.groupBy(kinds, (kind) => kind)].map(([kind, { length }]) => [kind, length]),
  );
}

/** An offer whose frame has exactly so many bytes. */
function offerOf(bytes: number): string {
  const around = { action: "SDP_OFFER", messagePayload: payloadOf({ type: "offer", sdp: "v=0" }) };
  const rest = bytes - JSON.stringify({ ...around, correlationId: "big", more: "" }).length;
  return JSON.stringify({ ...around, correlationId: "big", more: "x".repeat(rest) });
}

const disconnected = (closeCode: number) =>
  eventually(`a $disconnect with ${closeCode}`, async () =>
    (await logLines(program.ready, "PeerConnectionHandler")).find(({ message }) =>
      message.includes(`"closeCode":${closeCode},`),
    ),
  );

test("of 20 frames at once to a function that has no instance yet, 8 are served and 12 are throttled", async () => {
  const { viewer } = await masterAndViewer();
  const frame = '{"action":"SDP_OFFER"}';
  // In one segment: else an instance may be free again before the last of them is there.
  const { _socket: stream } = viewer.socket as unknown as { readonly _socket: Socket };
  stream.cork();
  for (let index = 0; index < 20; index++) viewer.socket.send(frame);
  stream.uncork();
  expect(counted(await viewer.next(20))).toEqual({ payload_missing: 8, "Internal server error": 12 });
  expect(Object.keys(JSON.parse(viewer.received[0] ?? ""))).toEqual(["message", "connectionId", "requestId"]);
  viewer.socket.send(frame);
  expect(counted(await viewer.next(1, 20))).toEqual({ payload_missing: 1 });
});

test("of 30 handshakes at once some get 500, none anything else, and the next one is served", async () => {
  const channel = "crowd";
  const proofs = [];
  for (let index = 0; index < 31; index++) {
    proofs.push(
      await proofFor(program.ready, "carol", { channel, role: "VIEWER", clientId: `carol-${index}` }),
    );
  }
  const [last, ...crowd] = proofs;
  const opened = await Promise.all(crowd.map(({ url, proof }) => openSocket(`${url}?proof=${proof}`)));
  const statuses = opened.map(({ status }) => status);
  expect([...new Set(statuses)].sort()).toEqual([101, 500]);
  expect(statuses.filter((status) => status === 101).length).toBeGreaterThanOrEqual(8);
  expect((await openSocket(`${last?.url}?proof=${last?.proof}`)).status).toBe(101);
});

test("of 500 handshakes at once some get 429, each of them with one line that says so", async () => {
  const opened = await Promise.all(Array.from({ length: 500 }, () => openSocket(program.ready.signaling)));
  const throttled = opened.flatMap((one) =>
    "body" in one && one.status === 429 ? [one.body.requestId] : [],
  );
  expect(throttled.length).toBeGreaterThan(50);
  expect(opened.filter(({ status }) => status !== 429 && status !== 401)).toEqual([]);
  const lines = (await logLines(program.ready, "signaling-access")).map(({ message }) => JSON.parse(message));
  const said = lines.filter(({ error }) => error === "THROTTLED");
  expect(said.map(({ requestId }) => requestId).sort()).toEqual(throttled.sort());
  expect(new Set(said.map(({ status, eventType }) => `${eventType} ${status}`))).toEqual(
    new Set(["CONNECT 429"]),
  );
  await advanceClock(program.ready, 1_000);
});

test("a viewer that sends 1,500 frames at once gets an answer to each, is throttled, and stays connected", async () => {
  const { master, viewer } = await negotiating();
  for (let index = 0; index < 1_500; index++) viewer.socket.send(candidateFrame(`n${index}`));
  const kinds = counted(await viewer.next(1_500, 1));
  expect(Object.keys(kinds).sort()).toEqual(["Internal server error", "Too Many Requests", "delivered"]);
  expect(kinds["Too Many Requests"]).toBeGreaterThan(500);
  // What was delivered is on its way to the master's socket, or there.
  await master.next(kinds.delivered ?? 0, 1);
  expect(master.received).toHaveLength(1 + (kinds.delivered ?? 0));
  expect(new Set(master.received).size).toBe(master.received.length);
  await advanceClock(program.ready, 1_000);
  viewer.socket.send(candidateFrame("after"));
  expect(counted(await viewer.next(1, 1_501))).toEqual({ delivered: 1 });
});

test("a frame of 32,768 bytes is relayed, and one of 32,769 closes the socket with 1009", async () => {
  const { master, viewer } = await masterAndViewer();
  expect(offerOf(32_768)).toHaveLength(32_768);
  viewer.socket.send(offerOf(32_768));
  expect(counted(await viewer.next(1))).toEqual({ delivered: 1 });
  await master.next(1);
  viewer.socket.send(offerOf(32_769));
  expect(await viewer.closed).toEqual({ code: 1009, reason: "" });
  await disconnected(1009);
  expect([master.received.length, viewer.received.length]).toEqual([1, 1]);
});

test("a message of 131,072 bytes in frames is answered, and one of 131,073 closes the socket with 1009", async () => {
  const { viewer } = await masterAndViewer();
  const send = (text: string) => {
    for (let at = 0; at < text.length; at += 32_768) {
      viewer.socket.send(text.slice(at, at + 32_768), { fin: at + 32_768 >= text.length });
    }
  };
  send(offerOf(131_072));
  expect(counted(await viewer.next(1))).toEqual({ frame_too_large: 1 });
  send(offerOf(131_073));
  expect((await viewer.closed).code).toBe(1009);
});

test("a binary frame closes the socket with 1003", async () => {
  const { viewer } = await masterAndViewer();
  viewer.socket.send(Buffer.from(offerOf(1_000)));
  expect((await viewer.closed).code).toBe(1003);
  await disconnected(1003);
});
