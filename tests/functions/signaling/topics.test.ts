import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../../functions/shared/failure.ts";
import { master, peer, viewer } from "./identities.ts";
import { topicEvent, topicsIn } from "./topics-world.ts";

const subscribe = (...topics: string[]) => ({ type: "subscribe", topics });
const publish = (topic: string, data: unknown = 1) => ({ type: "publish", topic, data });
const codeOf = (answer: { statusResponse?: { code: string } } | undefined) => answer?.statusResponse?.code;
const unavailable = new Failure("dynamodb_unavailable", "down", { retryable: true });
const throwing = (error: Error) => async () => {
  throw error;
};
const lobby = "acme#lobby";

describe("a published frame", () => {
  test("goes to the subscribers of its topic in the publisher's channel, and back to the publisher", async () => {
    const world = topicsIn();
    await world.send("c-1", subscribe("room", "other"), master);
    await world.send("c-2", subscribe("room"), viewer);
    await world.send("c-3", subscribe("other"));
    await world.send("c-4", subscribe("room"), { ...peer, channel: "attic" });
    await world.send("c-5", subscribe("room"), { ...peer, tenant: "globex" });
    world.pass();
    const expected = { ...publish("room"), clients: 2 };
    expect(await world.send("c-1", publish("room"), master)).toEqual(expected);
    expect(world.posts).toEqual([{ connectionId: "c-2", frame: JSON.stringify(expected) }]);
    expect(world.recorded.lines().at(-1)).toMatchObject({
      function: "topics",
      event: "frame",
      action: "PUBLISH",
      outcome: "published",
      // printf room | sha256sum | cut -c1-16
      topic: "1f1c5b2fad778434",
      reached: 1,
      gone: 0,
      unreachable: 0,
      Frames: 1,
      FramesValid: 1,
      RelayLatency: 0,
    });
  });

  test("makes its publisher a subscriber before it goes out", async () => {
    const world = topicsIn();
    await world.send("c-1", publish("room"));
    expect([...world.topicOf(lobby, "room").keys()]).toEqual(["c-1"]);
  });

  test("finds a connection gone, and removes that one's subscription only", async () => {
    const world = topicsIn({ posting: (id) => (id === "c-2" ? "gone" : "delivered") });
    for (const id of ["c-1", "c-2", "c-3"]) await world.send(id, subscribe("room", "other"));
    world.pass();
    expect(await world.send("c-1", publish("room"))).toMatchObject({ clients: 3 });
    expect([...world.topicOf(lobby, "room").keys()]).toEqual(["c-1", "c-3"]);
    expect([...world.topicOf(lobby, "other").keys()]).toEqual(["c-1", "c-2", "c-3"]);
    expect(world.recorded.lines().at(-1)).toMatchObject({ level: "INFO", reached: 1, gone: 1 });
  });

  test("is no worse off when the one that is gone cannot be removed", async () => {
    const failing = { leave: throwing(unavailable) };
    const world = topicsIn({ failing, posting: () => "gone" });
    for (const id of ["c-1", "c-2"]) await world.send(id, subscribe("room"));
    world.pass();
    expect(await world.send("c-1", publish("room"))).toMatchObject({ clients: 2 });
    expect(world.recorded.lines().at(-1)).toMatchObject({ outcome: "published", gone: 1 });
  });

  test("is dropped for whom it does not reach in time, and counted", async () => {
    const world = topicsIn({ posting: (id) => (id === "c-2" ? "unavailable" : "delivered") });
    for (const id of ["c-1", "c-2", "c-3"]) await world.send(id, subscribe("room"));
    world.pass();
    await world.send("c-1", publish("room"));
    expect([...world.topicOf(lobby, "room").keys()]).toHaveLength(3);
    expect(world.recorded.lines().at(-1)).toMatchObject({ reached: 1, unreachable: 1, PostsDropped: 1 });
  });

  test("reaches the others when one post is denied, which is our fault", async () => {
    const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
    const world = topicsIn({ posting: (id) => (id === "c-2" ? denied : "delivered") });
    for (const id of ["c-1", "c-2", "c-3"]) await world.send(id, subscribe("room"));
    world.pass();
    expect(codeOf(await world.send("c-1", publish("room")))).toBe("internal");
    expect(world.posts.map(({ connectionId }) => connectionId)).toEqual(["c-3"]);
    expect(world.recorded.lines().at(-1)).toMatchObject({
      outcome: "failed",
      errorName: "AccessDeniedException",
    });
  });

  test("is posted to 16 at a time", async () => {
    const world = topicsIn();
    for (let index = 0; index < 50; index++) await world.send(`c-${index}`, subscribe("room"));
    world.pass();
    await world.send("c-0", publish("room"));
    expect(world.posts).toHaveLength(49);
    expect(world.mostAtOnce()).toBe(16);
  });

  test("is written into no log", async () => {
    const world = topicsIn();
    await world.send("c-1", publish("secret-topic", "secret-data"));
    expect(world.recorded.text()).not.toContain("secret");
  });
});

describe("a subscription", () => {
  test("is answered by silence, as y-webrtc's own server does, and so is its end", async () => {
    const world = topicsIn();
    expect(await world.send("c-1", subscribe("room", "other"))).toBeUndefined();
    expect(await world.send("c-1", { type: "unsubscribe", topics: ["room"] })).toBeUndefined();
    expect(await world.send("c-1", subscribe())).toBeUndefined();
    expect([...world.topicOf(lobby, "other").keys()]).toEqual(["c-1"]);
    expect([...world.topicOf(lobby, "room").keys()]).toEqual([]);
    expect(world.placesOf("c-1")).toEqual(["other"]);
    expect(world.recorded.lines().map(({ action, outcome }) => [action, outcome])).toEqual([
      ["SUBSCRIBE", "subscribed"],
      ["UNSUBSCRIBE", "unsubscribed"],
      ["SUBSCRIBE", "subscribed"],
    ]);
  });

  test("beyond 32 of a connection is refused, and so is publishing there", async () => {
    const world = topicsIn();
    await world.send("c-1", subscribe(...Array.from({ length: 32 }, (_, index) => `topic-${index}`)));
    expect(codeOf(await world.send("c-1", subscribe("one-more")))).toBe("too_many_topics");
    expect(codeOf(await world.send("c-1", publish("one-more")))).toBe("too_many_topics");
    expect([...world.topicOf(lobby, "one-more").keys()]).toEqual([]);
    expect(await world.send("c-1", publish("topic-7"))).toMatchObject({ clients: 1 });
  });

  test("beyond 50 of a topic is refused, takes no place, and the others of its frame are kept", async () => {
    const world = topicsIn();
    for (let index = 0; index < 50; index++) await world.send(`c-${index}`, subscribe("room"));
    expect(codeOf(await world.send("late", subscribe("room", "other")))).toBe("topic_full");
    expect(codeOf(await world.send("late", publish("room")))).toBe("topic_full");
    expect(world.placesOf("late")).toEqual(["other"]);
    expect(world.posts).toEqual([]);
    expect(await world.send("c-7", subscribe("room"))).toBeUndefined();
    expect(world.recorded.lines().at(-2)).toMatchObject({
      level: "WARN",
      outcome: "refused",
      code: "topic_full",
    });
  });

  test("that cannot be entered keeps its place, and the sender is told to send it again", async () => {
    const world = topicsIn({ failing: { enter: throwing(unavailable) } });
    expect(codeOf(await world.send("c-1", subscribe("room")))).toBe("delivery_unavailable");
    expect([...world.topicOf(lobby, "room").keys()]).toEqual([]);
    expect(world.placesOf("c-1")).toEqual(["room"]);
    expect(world.recorded.lines()).toMatchObject([{ outcome: "failed", code: "dynamodb_unavailable" }]);
  });
});

describe("a ping", () => {
  test("is answered without a line and without a call", async () => {
    const world = topicsIn();
    expect(await world.handle({ body: '{"type":"ping"}' })).toEqual({
      statusCode: 200,
      body: '{"type":"pong"}',
    });
    expect(world.recorded.lines()).toEqual([]);
  });
});

describe("any other frame", () => {
  test("is refused as the relay refuses it", async () => {
    const world = topicsIn();
    expect(await world.send("c-1", { action: "HELLO", correlationId: "c" })).toEqual({
      messageType: "STATUS_RESPONSE",
      statusResponse: {
        correlationId: "c",
        success: false,
        errorType: "InvalidArgumentException",
        statusCode: "400",
        description: "action is none of SDP_OFFER, SDP_ANSWER, ICE_CANDIDATE, ACK.",
        code: "action_unknown",
      },
    });
    expect(world.recorded.lines()).toMatchObject([
      { action: "OTHER", outcome: "refused", code: "action_unknown" },
    ]);
  });

  test("may be as large as the plan admits", async () => {
    const world = topicsIn();
    const frame = JSON.stringify(publish("room"));
    const plan = { ...peer, limits: { ...peer.limits, maxFrameBytes: frame.length } };
    expect(await world.send("c-1", frame, plan)).toMatchObject({ clients: 1 });
    expect(codeOf(await world.send("c-1", `${frame} `, plan))).toBe("frame_too_large");
  });

  test("is read when it comes as base64", async () => {
    const world = topicsIn();
    const body = Buffer.from(JSON.stringify(publish("é"))).toString("base64");
    const answer = await world.handle({ ...topicEvent("c-1", body, peer), isBase64Encoded: true });
    expect(JSON.parse(answer.body ?? "")).toMatchObject({ topic: "é", clients: 1 });
  });

  test.each([
    ["no event", undefined, "event_malformed"],
    ["no body", { ...topicEvent("c-1", "", peer), body: null }, undefined],
    ["no identity", topicEvent("c-1", publish("room"), peer, { authorizer: {} }), "identity_missing"],
    ["no time", topicEvent("c-1", publish("room"), peer, { connectedAt: undefined }), "event_malformed"],
  ])("that is %s never throws", async (_, event, code) => {
    const world = topicsIn();
    const answer = await world.handle(event);
    expect(codeOf(JSON.parse(answer.body ?? ""))).toBe(code ? "internal" : "frame_not_json");
    expect(world.recorded.lines()).toMatchObject([
      code ? { outcome: "failed", code } : { code: "frame_not_json" },
    ]);
  });
});

test("a member that sends faster than its plan admits is refused, and no subscription is made", async () => {
  const world = topicsIn();
  const slow = { ...peer, limits: { ...peer.limits, framesPerSecond: 1 } };
  const codes: unknown[] = [];
  for (const topic of ["a", "b", "c"]) codes.push(codeOf(await world.send("c-1", subscribe(topic), slow)));
  expect(codes).toEqual([undefined, undefined, "too_fast"]);
  expect(world.recorded.lines().at(-1)).toMatchObject({
    ...{ outcome: "refused", code: "too_fast", action: "OTHER" },
  });
  expect(await world.send("c-2", publish("c"), master)).toMatchObject({ clients: 1 });
});
