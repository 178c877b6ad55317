import { beforeAll, expect, test } from "@jest/globals";
import { admissionRefusals } from "../../../functions/signaling/authorize.ts";
import { refusals } from "../../../functions/signaling/protocol.ts";
import { goodFrame, masterFrames, offerPayload, secretPayloads, viewerFrames } from "../bad-frames.ts";
import { connected, openSocket, type RawSocket } from "../raw-socket.ts";
import { advanceClock, eventually, logLines, proofFor, requestProof, userToken } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();
let master: RawSocket;
let viewer: RawSocket;
/** What no log may hold. */
const secrets: string[] = [];

const proof = async (sub: string, request: object) => {
  const issued = await proofFor(program.ready, sub, { channel: "room", ...request });
  secrets.push(issued.proof);
  return issued.proof;
};
const bobProof = () => proof("bob", { role: "VIEWER", clientId: "bob" });
const aliceProof = () => proof("alice", { role: "MASTER" });

beforeAll(async () => {
  const { signaling: url } = program.ready;
  master = await connected({ proof: await aliceProof(), url, expiresAt: "" });
  viewer = await connected({ proof: await bobProof(), url, expiresAt: "" });
}, 60_000);

/** The wide lines that a function wrote. */
const linesOf = async (functionName: string): Promise<readonly Record<string, unknown>[]> => {
  const lines = await logLines(program.ready, functionName);
  return lines.filter(({ message }) => message.startsWith("{")).map(({ message }) => JSON.parse(message));
};

const unauthorized = { status: 401, message: "Unauthorized" };
const forbidden = { status: 403, message: "User is not authorized to access this resource" };

const handshakes: readonly (readonly [keyof typeof admissionRefusals, string, string])[] = [
  ["proof_missing", "an empty proof beside another", "proof=&proof={bob}"],
  ["proof_malformed", "a proof with more behind it", "proof={bob}a"],
  ["proof_malformed", "a proof twice", "proof={bob}&proof={bob}"],
  ["proof_unknown", "a proof that was never issued", `proof=${"a".repeat(43)}`],
  ["proof_used", "a proof that was used", "proof={used}"],
  ["proof_expired", "a proof of 60 seconds ago", "proof={late}"],
  ["role_mismatch", "a client id with a master's proof", "proof={alice}&X-Amz-ClientId=bob"],
  ["role_mismatch", "a KVS master with a viewer's proof", "proof={bob}&X-Amz-ChannelARN=room"],
  ["client_id_mismatch", "another's client id", "proof={bob}&X-Amz-ClientId=carol"],
  ["client_id_malformed", "a client id with a space", "proof={bob}&X-Amz-ClientId=b%20b"],
  ["client_id_malformed", "a client id twice", "proof={bob}&X-Amz-ClientId=bob&X-Amz-ClientId=bob"],
  ["client_id_hostile", "the client id __proto__", "proof={bob}&X-Amz-ClientId=__proto__"],
  ["client_id_hostile", "the client id MASTER", "proof={bob}&X-Amz-ClientId=MASTER"],
  ["instance_malformed", "an instance with a space", "proof={bob}&synapse=1&instance=a%20b"],
  ["instance_malformed", "an instance twice", "proof={bob}&synapse=1&instance=a&instance=a"],
];

/** The query with fresh proofs in it, or with one that is no good any more. */
async function withProofs(query: string): Promise<string> {
  const proofs = { alice: await aliceProof(), bob: await bobProof(), late: "", used: secrets[0] ?? "" };
  if (query.includes("{late}")) {
    proofs.late = await bobProof();
    await advanceClock(program.ready, 60_000);
  }
  return Object.entries(proofs).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), query);
}

test.each(handshakes)("a handshake is refused as %s: %s", async (code, _, query) => {
  const refused = await openSocket(`${program.ready.signaling}?${await withProofs(query)}`);
  const { status, message } = code.startsWith("proof_") ? unauthorized : forbidden;
  expect(refused).toMatchObject({ status, body: { message } });
  const { connectionId } = "body" in refused ? refused.body : { connectionId: "" };
  const [line, ...more] = (await linesOf("SignalingAuthorizer")).filter(
    (one) => one.connectionId === connectionId,
  );
  expect(line).toMatchObject({ level: "WARN", outcome: "refused", code });
  expect(more).toEqual([]);
  const access = (await linesOf("signaling-access")).filter((one) => one.connectionId === connectionId);
  expect(access).toEqual([expect.objectContaining({ status: String(status), eventType: "CONNECT" })]);
});

test("a handshake without a proof is refused by API Gateway, which alone logs it", async () => {
  const before = await linesOf("SignalingAuthorizer");
  const refused = await openSocket(program.ready.signaling);
  expect(refused).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
  const { connectionId } = "body" in refused ? refused.body : { connectionId: "" };
  const access = (await linesOf("signaling-access")).filter((one) => one.connectionId === connectionId);
  expect(access).toEqual([
    expect.objectContaining({ status: "401", error: "UNAUTHORIZED", authorizerStatus: "-" }),
  ]);
  expect(await linesOf("SignalingAuthorizer")).toEqual(before);
});

test("every cause for which a handshake is refused is shown above", () => {
  expect([...new Set(handshakes.map(([code]) => code))].sort()).toEqual(
    Object.keys(admissionRefusals).sort(),
  );
});

test("the WebSocket of a browser says 1006 of every refused handshake", async () => {
  const socket = new WebSocket(`${program.ready.signaling}?proof=${"a".repeat(43)}`);
  const code = await new Promise((resolve) => {
    socket.addEventListener("close", (event) => resolve(event.code));
  });
  expect(code).toBe(1006);
});

test.each([
  ["a URL of more than 4,096 characters", "?proof=", 414],
  ["a stage that does not exist", "/nowhere?proof=", 403],
])("%s is refused before anything runs", async (_, end, status) => {
  const before = await linesOf("SignalingAuthorizer");
  const url = `${program.ready.signaling}${end}`;
  const long = status === 414 ? "a".repeat(4_097 - url.length) : "a".repeat(43);
  expect((await openSocket(`${url}${long}`)).status).toBe(status);
  expect(await linesOf("SignalingAuthorizer")).toEqual(before);
});

const refusalOf = (message: string | undefined) => JSON.parse(message ?? "{}").statusResponse;
/** The lines of frames, whichever function served them. */
const frameLines = async (): Promise<readonly Record<string, unknown>[]> =>
  [...(await linesOf("RelayServer")), ...(await linesOf("TopicRelay"))].sort((one, other) =>
    String(one.time) < String(other.time) ? -1 : 1,
  );
/** Those lines once there are more than `before`; one more that should not be there comes with them. */
const relayed = (before: number) =>
  eventually("the frame is in a log", async () => {
    const lines = await frameLines();
    return lines.length > before ? lines.slice(before) : undefined;
  });

test.each([
  ...viewerFrames.map((row) => ["viewer", ...row] as const),
  ...masterFrames.map((row) => ["master", ...row] as const),
])("a %s's frame is refused as %s: %s", async (role, code, _, text) => {
  const { socket, received, next } = role === "viewer" ? viewer : master;
  const before = (await frameLines()).length;
  const had = received.length;
  socket.send(text);
  const [answer] = await next(1, had);
  expect(refusalOf(answer)).toEqual({
    ...(text.includes('"it"') && { correlationId: "it" }),
    success: false,
    errorType: code === "recipient_not_allowed" ? "AccessDeniedException" : "InvalidArgumentException",
    statusCode: code === "recipient_not_allowed" ? "403" : "400",
    description: expect.any(String),
    code,
  });
  expect(await relayed(before)).toEqual([
    expect.objectContaining({ level: "WARN", outcome: "refused", code }),
  ]);
});

test("a message of 100,000 bytes, in frames, is refused as frame_too_large", async () => {
  const before = (await frameLines()).length;
  const had = viewer.received.length;
  const text = JSON.stringify({
    action: "SDP_OFFER",
    correlationId: "it",
    messagePayload: "A".repeat(100_000),
  });
  for (let at = 0; at < text.length; at += 32_768) {
    viewer.socket.send(text.slice(at, at + 32_768), { fin: at + 32_768 >= text.length });
  }
  const [answer] = await viewer.next(1, had);
  expect(refusalOf(answer)).toMatchObject({
    correlationId: "it",
    statusCode: "413",
    code: "frame_too_large",
  });
  expect(await relayed(before)).toEqual([
    expect.objectContaining({ level: "WARN", outcome: "refused", code: "frame_too_large" }),
  ]);
});

test("every cause that a client can give for a refused frame is shown above", () => {
  const shown = new Set([...viewerFrames, ...masterFrames].map(([code]) => code));
  const ofWaiting = ["superseded", "expired", "unknown", "mailbox_full"];
  const ofDelivery = ["recipient_not_connected", "undeliverable", "delivery_unavailable", "internal"];
  const ofTopics = ["too_many_topics", "topic_full"];
  // In tests/functions/deployed-revocation.test.ts.
  const ofAccess = ["access_ended"];
  const others = ["frame_too_large", "too_fast", ...ofAccess, ...ofWaiting, ...ofDelivery, ...ofTopics];
  expect([...shown, ...others].sort()).toEqual(Object.keys(refusals).sort());
});

test("after all that, the sockets are open and the relay relays", async () => {
  const had = { viewer: viewer.received.length, master: master.received.length };
  viewer.socket.send(goodFrame);
  expect(refusalOf((await viewer.next(1, had.viewer))[0])).toMatchObject({
    success: true,
    code: "delivered",
  });
  expect(JSON.parse((await master.next(1, had.master))[0] ?? "")).toEqual({
    messageType: "SDP_OFFER",
    messagePayload: offerPayload,
    senderClientId: "bob",
    frameId: expect.stringMatching(/^[\w=-]{10,40}$/),
  });
  // Nothing that was refused has reached anybody.
  expect(master.received.slice(0, had.master).filter((text) => !refusalOf(text))).toEqual([]);
});

test.each([
  ["token_malformed", 401, "not a token", { role: "MASTER" }],
  ["token_algorithm_refused", 401, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.", { role: "MASTER" }],
  ["client_id_missing", 400, "", { role: "VIEWER" }],
  ["client_id_not_allowed", 400, "", { role: "MASTER", clientId: "alice" }],
  ["client_id_hostile", 400, "", { role: "VIEWER", clientId: "constructor" }],
  ["client_id_hostile", 400, "", { role: "PEER", clientId: "AWS_bob" }],
])("POST /proofs is refused as %s with %i", async (code, status, badToken, request) => {
  const token = badToken || (await userToken(program.ready, "carol"));
  secrets.push(token);
  const before = (await linesOf("IssueProofHandler")).length;
  const answer = await requestProof(program.ready, token, { channel: "room", ...request });
  expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ code })]);
  expect((await linesOf("IssueProofHandler")).slice(before)).toEqual([
    expect.objectContaining({ level: "WARN", outcome: "refused", code }),
  ]);
});

test("no log holds a payload, a proof or a token, nor does standard error", async () => {
  const everything = (await logLines(program.ready)).map(({ message }) => message);
  expect(everything.length).toBeGreaterThan(100);
  expect(everything.length).toBeLessThan(1_000);
  const text = [...everything, program.complaints()].join("\n");
  expect(secrets.length).toBeGreaterThan(20);
  const told = [...secrets, ...secretPayloads, "do not log me"].filter((secret) => text.includes(secret));
  expect(told).toEqual([]);
  expect(program.complaints()).toBe("");
});
