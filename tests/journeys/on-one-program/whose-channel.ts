import { expect, test } from "@jest/globals";
import { connected, offerFrame, openSocket, type RawSocket } from "../raw-socket.ts";
import {
  advanceClock,
  eventually,
  linesFromNow,
  proofFor,
  type Ready,
  requestProof,
  userToken,
} from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";
import { whileHoursPass } from "../while-hours-pass.ts";

const program = sharedProgram();

const join = async (sub: string, request: object, tenant?: string): Promise<RawSocket> =>
  connected(await proofFor(program.ready, sub, request, tenant));

/** What `POST /proofs` answers: 201, or the status and code of its refusal. */
async function ask(sub: string, request: object, tenant?: string): Promise<unknown> {
  const answer = await requestProof(program.ready, await userToken(program.ready, sub, tenant), request);
  const { code } = (await answer.json()) as { code?: string };
  return code === undefined ? answer.status : [answer.status, code];
}

const openWith = async (ready: Ready, proof: string) =>
  (await openSocket(`${ready.signaling}?proof=${proof}`)).status;

/** Sends an offer and resolves once the sender was told that it was delivered. */
async function deliver(sender: RawSocket, correlationId: string, recipientClientId?: string): Promise<void> {
  const had = sender.received.length;
  sender.socket.send(offerFrame(correlationId, recipientClientId ? { recipientClientId } : {}));
  const [answer] = await sender.next(1, had);
  expect(JSON.parse(answer ?? "")).toMatchObject({
    statusResponse: { correlationId, success: true, code: "delivered" },
  });
}

const senderOf = (message: string | undefined) => JSON.parse(message ?? "{}").senderClientId;

test("two tenants with the same channel and the same client id never meet", async () => {
  const channel = "shared-name";
  const ours = await join("alice", { channel, role: "MASTER" }, "acme");
  const theirs = await join("mallory", { channel, role: "MASTER" }, "globex");
  const viewer = await join("bob", { channel, role: "VIEWER", clientId: "bob" }, "acme");
  const namesake = await join("eve", { channel, role: "VIEWER", clientId: "bob" }, "globex");
  await deliver(viewer, "from-acme");
  expect(senderOf((await ours.next(1))[0])).toBe("bob");
  await deliver(theirs, "from-globex", "bob");
  await namesake.next(1);
  expect([ours, theirs, viewer, namesake].map(({ received }) => received.length)).toEqual([1, 1, 1, 1]);
});

test("no client names its tenant: neither a frame nor the body of POST /proofs is asked for it", async () => {
  const ours = await join("alice", { channel: "crossing", role: "MASTER" }, "acme");
  const viewer = await join("eve", { channel: "crossing", role: "VIEWER", clientId: "eve" }, "globex");
  const had = viewer.received.length;
  viewer.socket.send(offerFrame("crossing", { tenant: "acme", channel: "acme#crossing" }));
  expect(JSON.parse((await viewer.next(1, had))[0] ?? "")).toMatchObject({
    statusResponse: { code: "queued" },
  });
  expect(ours.received).toEqual([]);
  const role = "MASTER";
  expect(await ask("eve", { channel: "crossing", role, tenant: "acme" }, "globex")).toEqual([
    400,
    "body_invalid",
  ]);
  expect(await ask("eve", { channel: "acme#crossing", role }, "globex")).toEqual([400, "body_invalid"]);
});

test("a channel and a client id belong to the subject that took them first", async () => {
  const channel = "taken";
  expect(await ask("alice", { channel, role: "MASTER" })).toBe(201);
  expect(await ask("mallory", { channel, role: "MASTER" })).toEqual([403, "channel_taken"]);
  expect(await ask("alice", { channel, role: "MASTER" })).toBe(201);
  expect(await ask("bob", { channel, role: "VIEWER", clientId: "bob" })).toBe(201);
  for (const role of ["VIEWER", "PEER"]) {
    expect(await ask("mallory", { channel, role, clientId: "bob" })).toEqual([403, "client_id_taken"]);
  }
  expect(await ask("mallory", { channel, role: "VIEWER", clientId: "mallory" })).toBe(201);
  const atOnce = Array.from({ length: 6 }, (_, index) =>
    ask(`racer-${index}`, { channel: "raced", role: "MASTER" }),
  );
  expect((await Promise.all(atOnce)).filter((answer) => answer === 201)).toEqual([201]);
});

test("a proof opens one connection, also when it is tried six times at once", async () => {
  const { proof } = await proofFor(program.ready, "alice", { channel: "once", role: "MASTER" });
  const statuses = await Promise.all(Array.from({ length: 6 }, () => openWith(program.ready, proof)));
  expect(statuses.sort()).toEqual([101, 401, 401, 401, 401, 401]);
  expect(await openWith(program.ready, proof)).toBe(401);
});

test("a page of any origin may open the socket, as on AWS: what admits it is the proof", async () => {
  const { url, proof } = await proofFor(program.ready, "alice", { channel: "any-page", role: "MASTER" });
  const origin = "https://elsewhere.example";
  expect((await openSocket(url, { origin })).status).toBe(401);
  expect((await openSocket(`${url}?proof=${proof}`, { origin })).status).toBe(101);
});

test("a proof that is tried for another client id is refused and stays good", async () => {
  const { proof } = await proofFor(program.ready, "bob", {
    channel: "kept",
    role: "VIEWER",
    clientId: "bob",
  });
  expect(await openWith(program.ready, `${proof}&X-Amz-ClientId=carol`)).toBe(403);
  expect(await openWith(program.ready, `${proof}&X-Amz-ChannelARN=kept`)).toBe(403);
  expect(await openWith(program.ready, `${proof}&X-Amz-ChannelARN=kept&X-Amz-ClientId=bob`)).toBe(101);
});

test("a proof is good for less than a minute of the clock", async () => {
  const early = await proofFor(program.ready, "alice", { channel: "timed", role: "MASTER" });
  const late = await proofFor(program.ready, "alice", { channel: "timed", role: "MASTER" });
  await advanceClock(program.ready, 55_000);
  expect(await openWith(program.ready, early.proof)).toBe(101);
  await advanceClock(program.ready, 5_000);
  expect(await openWith(program.ready, late.proof)).toBe(401);
});

test("of two connections with one client id the newest gets the frames, also after the older has left", async () => {
  const channel = "newest";
  const master = await join("alice", { channel, role: "MASTER" });
  const older = await join("bob", { channel, role: "VIEWER", clientId: "bob" });
  const newer = await join("bob", { channel, role: "VIEWER", clientId: "bob" });
  await deliver(master, "first", "bob");
  await newer.next(1);
  expect(older.socket.readyState).toBe(older.socket.OPEN);
  const ends = await linesFromNow(program.ready, "PeerConnectionHandler");
  older.socket.close(4_000);
  await eventually("the late $disconnect was served", async () =>
    (await ends()).find(({ message }) => message.includes('"code":"not_current"')),
  );
  await deliver(master, "second", "bob");
  await newer.next(2);
  expect(older.received).toEqual([]);
});

whileHoursPass(
  "a name is free again three hours after its holder's last proof",
  () => program.ready,
  async function* () {
    const channel = "lapsing";
    expect(await ask("alice", { channel, role: "MASTER" })).toBe(201);
    yield 3 * 60 * 60_000 - 30_000;
    expect(await ask("mallory", { channel, role: "MASTER" })).toEqual([403, "channel_taken"]);
    yield 30_000;
    expect(await ask("mallory", { channel, role: "MASTER" })).toBe(201);
    expect(await ask("alice", { channel, role: "MASTER" })).toEqual([403, "channel_taken"]);
  },
);
