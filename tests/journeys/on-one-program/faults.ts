import { afterEach, describe, expect, test } from "@jest/globals";
import { control, fired, putFaults } from "../control.ts";
import { iceCandidate, sessionDescription } from "../descriptions.ts";
import { connectClient } from "../kvs-client.ts";
import { eventually, linesFromNow, logLines, proofFor } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";

const program = sharedProgram();

const offer = sessionDescription("offer", "v=0\r\n");
const answer = sessionDescription("answer", "v=0\r\n");
let channels = 0;
/** Rules match what names it, so that the sweeper, whose minute may come at any time, takes none of their times. */
const newChannel = () => `faults-${++channels}`;

async function member(channel: string, role: "MASTER" | "VIEWER", clientId?: string) {
  const proof = await proofFor(program.ready, clientId ?? "alice", { channel, role, clientId });
  return connectClient(proof, channel, role, clientId);
}

/** The frames' log lines of the relay, oldest first. */
const relayed = async () =>
  (await logLines(program.ready, "RelayServer"))
    .map(({ message }) => message)
    .filter((message) => message.startsWith("{"))
    .map((message) => JSON.parse(message) as { awsCalls: number; outcome: string; code?: string });

/** What the socket itself was sent, which the KVS client does not show. */
async function rawMember(channel: string, clientId: string) {
  const { proof } = await proofFor(program.ready, clientId, { channel, role: "VIEWER", clientId });
  const socket = new WebSocket(`${program.ready.signaling}?proof=${proof}`);
  const received: Record<string, unknown>[] = [];
  socket.addEventListener("message", ({ data }) => received.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  return { socket, received };
}

const rawOffer = (correlationId: string) =>
  JSON.stringify({ action: "SDP_OFFER", messagePayload: btoa(JSON.stringify(offer)), correlationId });

describe("while something fails", () => {
  afterEach(() => control(program.ready, "DELETE", "/faults"));

  test("a frame arrives although DynamoDB throttles twice, and its line counts the retries", async () => {
    const channel = newChannel();
    const master = await member(channel, "MASTER");
    const awsCallsOf = async (clientId: string, ...rules: object[]) => {
      const viewer = await member(channel, "VIEWER", clientId);
      await putFaults(program.ready, ...rules);
      viewer.client.sendSdpOffer(offer, undefined, clientId);
      expect(await viewer.next("statusResponse")).toMatchObject({
        correlationId: clientId,
        statusCode: "200",
      });
      expect((await master.next("sdpOffer")).from).toBe(clientId);
      return (await relayed()).at(-1)?.awsCalls ?? 0;
    };
    await awsCallsOf("warms-up");
    const undisturbed = await awsCallsOf("bob");
    const error = { name: "ThrottlingException", status: 400 };
    expect(await awsCallsOf("carol", { service: "dynamodb", match: channel, times: 2, error })).toBe(
      undisturbed + 2,
    );
    expect(await fired(program.ready)).toEqual([2]);
  }, 30_000);

  test("a post whose answer was a 500 after it had taken effect is sent again, and arrives twice", async () => {
    const channel = newChannel();
    const master = await member(channel, "MASTER");
    const viewer = await member(channel, "VIEWER", "bob");
    viewer.client.sendSdpOffer(offer);
    await master.next("sdpOffer");
    master.client.sendSdpAnswer(answer, "bob");
    await viewer.next("sdpAnswer");
    await putFaults(program.ready, {
      service: "execute-api",
      operation: "PostToConnection",
      match: "ICE_CANDIDATE",
      times: 1,
      after: true,
      error: { name: "InternalServerErrorException", status: 500 },
    });
    viewer.client.sendIceCandidate(iceCandidate("candidate:1"), undefined, "ambiguous");
    expect(await viewer.next("statusResponse")).toMatchObject({
      correlationId: "ambiguous",
      statusCode: "200",
    });
    expect((await master.next("iceCandidate")).candidate.candidate).toBe("candidate:1");
    expect((await master.next("iceCandidate")).candidate.candidate).toBe("candidate:1");
    expect(master.unread()).toEqual([]);
  }, 30_000);

  test("with API Gateway and SQS down, the sender is refused with a code", async () => {
    const channel = newChannel();
    const master = await member(channel, "MASTER");
    const { socket, received } = await rawMember(channel, "bob");
    await putFaults(
      program.ready,
      { service: "execute-api", error: { name: "LimitExceededException", status: 429 } },
      { service: "sqs", operation: "SendMessage", error: { name: "ServiceUnavailable", status: 503 } },
    );
    socket.send(rawOffer("down"));
    const status = await eventually("the sender is told", () => received[0]);
    expect(status).toMatchObject({
      messageType: "STATUS_RESPONSE",
      statusResponse: { correlationId: "down", success: false, code: "delivery_unavailable" },
    });
    // The frame was taken back: with everything healed, nothing comes late.
    await control(program.ready, "DELETE", "/faults");
    socket.send(rawOffer("healed"));
    await master.next("sdpOffer");
    expect(master.unread()).toEqual([]);
  }, 30_000);

  test("an offer whose post got a 500 is not sent twice to a stock client: its sender is told unknown", async () => {
    const channel = newChannel();
    const master = await member(channel, "MASTER");
    const { socket, received } = await rawMember(channel, "bob");
    const rule = {
      service: "execute-api",
      operation: "PostToConnection",
      match: "SDP_OFFER",
      times: 1,
      after: true,
    };
    await putFaults(program.ready, { ...rule, error: { name: "InternalServerErrorException", status: 500 } });
    socket.send(rawOffer("ambiguous"));
    expect(await eventually("the sender is told", () => received[0])).toMatchObject({
      messageType: "STATUS_RESPONSE",
      statusResponse: { correlationId: "ambiguous", success: false, code: "unknown" },
    });
    expect((await master.next("sdpOffer")).from).toBe("bob");
    socket.send(rawOffer("next"));
    await master.next("sdpOffer");
    expect(master.unread()).toEqual([]);
  }, 30_000);

  test("a frame that API Gateway throttles waits, is delivered, and its sender is told so", async () => {
    const channel = newChannel();
    const master = await member(channel, "MASTER");
    const { socket, received } = await rawMember(channel, "bob");
    const error = { name: "LimitExceededException", status: 429 };
    // The relay's own tries, and the worker's first.
    await putFaults(program.ready, {
      service: "execute-api",
      operation: "PostToConnection",
      match: "SDP_OFFER",
      times: 4,
      error,
    });
    socket.send(rawOffer("throttled"));
    expect(await eventually("the sender is told", () => received[0])).toMatchObject({
      statusResponse: { correlationId: "throttled", success: true, code: "queued" },
    });
    expect((await master.next("sdpOffer")).from).toBe("bob");
    expect(await eventually("the report comes", () => received[1])).toEqual({
      messageType: "DELIVERY_REPORT",
      reports: [
        {
          recipientClientId: "MASTER",
          correlationId: "throttled",
          frameId: expect.any(String),
          code: "delivered",
        },
      ],
    });
  }, 30_000);

  test("an instance that is killed in the middle of a frame leaves it unanswered, and the next one serves", async () => {
    const channel = newChannel();
    const master = await member(channel, "MASTER");
    const { socket, received } = await rawMember(channel, "bob");
    await putFaults(program.ready, { service: "dynamodb", match: channel, times: 1, latencyMs: 60_000 });
    socket.send(rawOffer("killed"));
    await eventually("the relay waits for DynamoDB", async () =>
      (await fired(program.ready))[0] ? true : undefined,
    );
    expect(await control(program.ready, "POST", "/functions/RelayServer/kill")).toEqual({ killed: 1 });
    expect(await eventually("the gateway answers", () => received[0])).toMatchObject({
      message: "Internal server error",
    });
    const lines = await logLines(program.ready, "RelayServer");
    expect(lines.at(-1)?.message).toMatch(
      /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
    );
    expect(master.unread()).toEqual([]);

    socket.send(rawOffer("alive"));
    expect((await master.next("sdpOffer")).from).toBe("bob");
  }, 30_000);

  test("a function that is frozen answers when the clock has passed", async () => {
    const channel = newChannel();
    const master = await member(channel, "MASTER");
    const viewer = await member(channel, "VIEWER", "bob");
    const lines = await linesFromNow(program.ready, "RelayServer");
    viewer.client.sendSdpOffer(offer);
    await master.next("sdpOffer");
    // One that is still busy would let a new instance take the next offer.
    await eventually("the instance is idle", async () => ((await lines()).length > 0 ? true : undefined));
    const { frozen } = (await control(program.ready, "POST", "/functions/RelayServer/freeze", {
      milliseconds: 5_000,
    })) as { frozen: number };
    expect(frozen).toBeGreaterThan(0);
    viewer.client.sendSdpOffer(offer);
    // Long enough for an offer to arrive that nothing stops.
    await proofFor(program.ready, "dora", { channel: newChannel(), role: "MASTER" });
    expect(master.unread()).toEqual([]);
    await control(program.ready, "POST", "/clock", { advanceMs: 5_000 });
    expect((await master.next("sdpOffer")).from).toBe("bob");
  }, 30_000);

  test("the clock is moved for all services at once", async () => {
    const { now: before } = (await control(program.ready, "GET", "/health")) as { now: number };
    const { proof } = await proofFor(program.ready, "dora", { channel: newChannel(), role: "MASTER" });
    const { now: after } = (await control(program.ready, "POST", "/clock", { advanceMs: 61_000 })) as {
      now: number;
    };
    expect(after - before).toBeGreaterThanOrEqual(61_000);
    const lines = await linesFromNow(program.ready, "SignalingAuthorizer");
    const socket = new WebSocket(`${program.ready.signaling}?proof=${proof}`);
    await new Promise((resolve) => socket.addEventListener("close", resolve));
    // Unknown where the minute of Time to Live was among those seconds.
    expect((await lines()).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/"outcome":"refused".*"code":"proof_(expired|unknown)"/),
    );
  }, 30_000);
});
