import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { RouteAnswer } from "../../../functions/signaling/answers.ts";
import type { ConnectedIdentity } from "../../../functions/signaling/identity.ts";
import { announced, limits, master, peer, viewer } from "./identities.ts";
import { messageEvent, queueUnavailable, relayIn, unavailable } from "./relay-world.ts";

const sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\n";
const messagePayload = Buffer.from(JSON.stringify({ type: "offer", sdp })).toString("base64");
const offer = { action: "SDP_OFFER", messagePayload, correlationId: "c-1" };
const lobby = { "acme#lobby": { MASTER: "master-connection", ada: "ada-connection", p2: "p2-connection" } };
const statusOf = (answer: RouteAnswer) => JSON.parse(answer.body ?? "null")?.statusResponse;

describe("a frame whose recipient is connected", () => {
  test("is delivered at once and the sender is told", async () => {
    const { handle, posts, queued, recorded } = relayIn({ present: lobby });
    const answer = await handle(messageEvent(viewer, offer));
    expect(posts).toEqual([
      {
        connectionId: "master-connection",
        frame: `{"messageType":"SDP_OFFER","messagePayload":"${messagePayload}","senderClientId":"ada","frameId":"DBAEJYvZvHcCJ3w="}`,
      },
    ]);
    expect(queued).toEqual([]);
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body ?? "")).toEqual({
      messageType: "STATUS_RESPONSE",
      statusResponse: {
        correlationId: "c-1",
        success: true,
        statusCode: "200",
        description: "The frame was delivered.",
        code: "delivered",
        frameId: "DBAEJYvZvHcCJ3w=",
      },
    });
    expect(recorded.lines()).toMatchObject([
      { event: "frame", outcome: "delivered", action: "SDP_OFFER", role: "VIEWER", tenant: "acme" },
    ]);
  });

  test("is delivered silently without a correlation id", async () => {
    const { handle } = relayIn({ present: lobby });
    const answer = await handle(
      messageEvent(master, { ...offer, correlationId: undefined, recipientClientId: "ada" }),
    );
    expect(answer).toEqual({ statusCode: 200 });
  });

  test("may arrive base64 encoded from API Gateway", async () => {
    const { handle, posts } = relayIn({ present: lobby });
    const event = messageEvent(viewer, Buffer.from(JSON.stringify(offer)).toString("base64"));
    await handle({ ...event, isBase64Encoded: true });
    expect(posts).toHaveLength(1);
  });
});

describe("a frame whose recipient cannot be reached", () => {
  test.each([
    ["absent", { present: {} }, []],
    ["gone", { present: lobby, posting: "gone" as const }, ["waiting"]],
    ["unavailable", { present: lobby, posting: "unavailable" as const }, ["waiting"]],
    ["unavailable", { present: lobby, directory: unavailable }, ["waiting"]],
  ])("waits for a minute when it is %s", async (code, world, wakeUps) => {
    const { handle, queued, waiting, recorded } = relayIn(world);
    const answer = await handle(messageEvent(viewer, offer));
    expect(waiting()).toEqual([
      {
        frameId: "DBAEJYvZvHcCJ3w=",
        action: "SDP_OFFER",
        frame: `{"messageType":"SDP_OFFER","messagePayload":"${messagePayload}","senderClientId":"ada","frameId":"DBAEJYvZvHcCJ3w="}`,
        correlationId: "c-1",
        sentAt: 1_800_000_000_000,
        expiresAt: 1_800_000_060_000,
        ufrags: [],
      },
    ]);
    expect(queued.map(({ kind }) => kind)).toEqual(wakeUps);
    expect(statusOf(answer)).toMatchObject({ success: true, statusCode: "202", code: "queued" });
    expect(recorded.lines()).toMatchObject([{ outcome: "queued", code }]);
  });

  test("wakes the worker for it, naming the recipient and the sender, never the frame", async () => {
    const { handle, queued } = relayIn({ present: lobby, posting: "unavailable" });
    await handle(messageEvent(viewer, offer));
    expect(queued).toEqual([{ v: 2, kind: "waiting", channel: "acme#lobby", name: "MASTER", sender: "ada" }]);
  });

  test("waits for as long as the sender's plan says", async () => {
    const { handle, waiting } = relayIn();
    await handle(messageEvent({ ...viewer, limits: { ...limits, messageTtlSeconds: 5 } }, offer));
    expect(waiting()).toMatchObject([{ expiresAt: 1_800_000_005_000 }]);
  });

  test("is identified by its request when it has no message id", async () => {
    const { handle, waiting } = relayIn();
    await handle(messageEvent(viewer, { ...offer, correlationId: undefined }, { messageId: null }));
    expect(waiting()).toMatchObject([{ frameId: "JKJaXmPLvHcESHA=" }]);
    expect(waiting()[0]).not.toHaveProperty("correlationId");
  });

  test("is refused, to be sent again, and does not wait, when the queue fails too", async () => {
    const { handle, waiting, recorded } = relayIn({
      present: lobby,
      posting: "unavailable",
      queue: queueUnavailable,
    });
    expect(statusOf(await handle(messageEvent(viewer, offer)))).toEqual({
      correlationId: "c-1",
      success: false,
      errorType: "ServiceUnavailableException",
      statusCode: "503",
      description: "The frame could not be taken. Send it again.",
      code: "delivery_unavailable",
      frameId: "DBAEJYvZvHcCJ3w=",
    });
    expect(waiting()).toEqual([]);
    expect(recorded.lines()).toMatchObject([
      { level: "WARN", outcome: "refused", code: "delivery_unavailable" },
    ]);
  });

  test("is refused when as many wait for the recipient as the sender's plan admits, of all senders", async () => {
    const { handle, waiting } = relayIn();
    const small = { ...limits, mailboxDepth: 2 };
    const codes = [];
    for (const clientId of ["ada", "bob", "eve"]) {
      const answer = await handle(messageEvent({ ...viewer, clientId, limits: small }, offer));
      codes.push(statusOf(answer).code);
    }
    expect(codes).toEqual(["queued", "queued", "mailbox_full"]);
    expect(waiting()).toHaveLength(2);
  });
});

describe("a sender", () => {
  test("that sends more frames a second than its plan admits is told so until it slows down", async () => {
    const world = relayIn({ present: lobby });
    const sender = { ...viewer, limits: { ...limits, framesPerSecond: 1 } };
    const send = async () => statusOf(await world.handle(messageEvent(sender, offer))).code;
    await send();
    await send();
    expect(await send()).toBe("too_fast");
    expect(world.recorded.lines().at(-1)).toMatchObject({ outcome: "refused", code: "too_fast" });
    world.now += 1_000;
    expect(await send()).not.toBe("too_fast");
  });

  test("that announced itself gets the same id for the same correlation id, others API Gateway's", async () => {
    const ids = async (sender: ConnectedIdentity, messageId: string, connectionId = "c1") => {
      const { handle } = relayIn({ present: lobby });
      return statusOf(await handle(messageEvent(sender, offer, { messageId, connectionId }))).frameId;
    };
    const tab = announced(viewer);
    const first = await ids(tab, "x1");
    expect(first).toMatch(/^[a-zA-Z0-9_-]{22}$/);
    expect(await ids(tab, "x2", "c2")).toBe(first);
    expect(await ids(announced(viewer, "tab-2"), "x1")).not.toBe(first);
    // Without an instance, the connection is the scope.
    const unnamed = announced(viewer, "");
    expect(await ids(unnamed, "x1", "c1")).toBe(await ids(unnamed, "x2", "c1"));
    expect(await ids(unnamed, "x1", "c1")).not.toBe(await ids(unnamed, "x1", "c2"));
    expect(await ids(viewer, "x1")).toBe("x1");
  });
});

describe("a refused frame", () => {
  test.each([
    ["frame_not_json", "OTHER", viewer, "hello"],
    ["frame_not_json", "OTHER", viewer, ""],
    ["action_unknown", "OTHER", viewer, { action: "SUBSCRIBE" }],
    ["payload_not_base64", "SDP_OFFER", viewer, { ...offer, messagePayload: "%" }],
    ["recipient_missing", "SDP_OFFER", master, offer],
    ["recipient_not_allowed", "SDP_OFFER", peer, { ...offer, recipientClientId: "p1" }],
    ["frame_too_large", "OTHER", { ...viewer, limits: { ...limits, maxFrameBytes: 20 } }, offer],
    ["seq_invalid", "SDP_OFFER", viewer, { ...offer, seq: 0 }],
    ["frame_id_invalid", "ACK", viewer, { action: "ACK", correlationId: "c-1" }],
  ] as const)("is told, logged once and goes nowhere: %s", async (code, action, sender, body) => {
    const { handle, posts, queued, recorded } = relayIn({ present: lobby });
    const answer = await handle(messageEvent(sender, body));
    expect(answer.statusCode).toBe(200);
    expect(statusOf(answer)).toMatchObject({ success: false, code });
    expect([posts, queued]).toEqual([[], []]);
    expect(recorded.lines()).toMatchObject([{ level: "WARN", outcome: "refused", code, action }]);
  });

  test("is told without a correlation id too", async () => {
    const { handle } = relayIn();
    const answer = await handle({ ...messageEvent(viewer, ""), body: null });
    expect(statusOf(answer)).toEqual({
      success: false,
      errorType: "InvalidArgumentException",
      statusCode: "400",
      description: "The frame is not JSON.",
      code: "frame_not_json",
    });
  });
});

test("the log never holds the payload, the names that people chose, or their ids", async () => {
  const { handle, recorded } = relayIn({ present: lobby });
  await handle(messageEvent(viewer, offer));
  await handle(messageEvent(viewer, { ...offer, messagePayload: "%", action: "secret-action" }));
  for (const secret of [messagePayload, "192.0.2.7", "lobby", "ada", "user-1", "c-1", "secret-action"]) {
    expect(recorded.text()).not.toContain(secret);
  }
});

test("no frame ever reaches a connection that it does not address", async () => {
  const name = fc.constantFrom("ada", "bob", "p1", "MASTER", "constructor");
  const tenant = fc.constantFrom("acme", "globex");
  const channel = fc.constantFrom("lobby", "lobby.2");
  const identity: fc.Arbitrary<ConnectedIdentity> = fc
    .record({ tenant, channel, role: fc.constantFrom("MASTER", "VIEWER", "PEER"), clientId: name })
    .map((member) => ({
      ...member,
      clientId: member.role === "MASTER" ? "" : member.clientId,
      subject: "s",
      limits,
      ...{ announced: false, instance: "" },
    }));
  const frame = fc.constantFrom(offer, { action: "ACK", frameId: "f1" });
  const present = Object.fromEntries(
    ["acme", "globex"].flatMap((t) =>
      ["lobby", "lobby.2"].map((c) => [
        `${t}#${c}`,
        Object.fromEntries(["ada", "bob", "p1", "MASTER"].map((n) => [n, `${t}/${c}/${n}`])),
      ]),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      identity,
      fc.option(name, { nil: undefined }),
      frame,
      async (sender, recipientClientId, sent) => {
        const { handle, posts, queued } = relayIn({ present });
        await handle(messageEvent(sender, { ...sent, recipientClientId }));
        const wanted = sender.role === "VIEWER" ? "MASTER" : recipientClientId;
        const reached = [
          ...posts.map(({ connectionId }) => connectionId),
          ...queued.map((one) => `${one.channel.replace("#", "/")}/${one.name}`),
        ];
        expect(reached.length).toBeLessThanOrEqual(1);
        for (const one of reached) expect(one).toBe(`${sender.tenant}/${sender.channel}/${wanted}`);
      },
    ),
  );
});
