import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseFrame, type RefusalCode, refusals } from "../../../functions/signaling/protocol.ts";
import { isPing, parseTopicFrame } from "../../../functions/signaling/topic-frame.ts";
import { anyCodePoint } from "../../any-code-point.ts";

const parse = (frame: unknown, most = 32_768) =>
  parseTopicFrame(typeof frame === "string" ? frame : JSON.stringify(frame), most);
const announced = (body: string, clients = 3): string => {
  const parsed = parse(body);
  return parsed.kind === "publish" ? parsed.announced(clients) : parsed.kind;
};

describe("a frame of y-webrtc's", () => {
  test.each(["subscribe", "unsubscribe"])("may %s, naming each topic once", (type) => {
    expect(parse({ type, topics: ["room", "room", "é#>/"] })).toEqual({
      kind: type,
      topics: ["room", "é#>/"],
    });
    expect(parse({ type, topics: [] })).toEqual({ kind: type, topics: [] });
  });

  test("may publish, and is passed on as it was sent, with the number of clients at its end", () => {
    expect(parse({ type: "publish", topic: "room", data: 1 })).toMatchObject({
      kind: "publish",
      topic: "room",
    });
    expect(announced('{"type":"publish","topic":"room"}')).toBe(
      '{"type":"publish","topic":"room","clients":3}',
    );
    expect(announced(' { "data":1e400, "__proto__":{}, "topic":"}", "type":"publish" } \n')).toBe(
      ' { "data":1e400, "__proto__":{}, "topic":"}", "type":"publish" ,"clients":3}',
    );
  });

  test("says how many clients there are, whatever its sender says", () => {
    const frame = JSON.parse(announced('{"type":"publish","topic":"room","clients":"all"}', 7));
    expect(frame).toEqual({ type: "publish", topic: "room", clients: 7 });
  });

  test("may be as deep as it is long", () => {
    const data = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    expect(announced(`{"type":"publish","topic":"room","data":${data}}`)).toContain('"clients":3}');
  });

  test("may have a topic of 256 bytes, and 32 topics", () => {
    expect(parse({ type: "publish", topic: "é".repeat(128) })).toMatchObject({ kind: "publish" });
    expect(parse({ type: "subscribe", topics: names(32) })).toMatchObject({ kind: "subscribe" });
  });
});

const names = (count: number) => Array.from({ length: count }, (_, index) => `topic-${index}`);

describe("a frame that is refused", () => {
  test.each<[RefusalCode, string, unknown]>([
    ["topic_invalid", "no topic", { type: "publish" }],
    ["topic_invalid", "an empty topic", { type: "publish", topic: "" }],
    ["topic_invalid", "a number for a topic", { type: "publish", topic: 7 }],
    ["topic_invalid", "a topic of 257 bytes", { type: "publish", topic: `${"é".repeat(128)}x` }],
    ["topic_invalid", "half a surrogate pair", '{"type":"publish","topic":"\\ud800"}'],
    ["topic_invalid", "no topics", { type: "subscribe" }],
    ["topic_invalid", "text for topics", { type: "subscribe", topics: "room" }],
    ["topic_invalid", "an object for topics", { type: "subscribe", topics: { 0: "room" } }],
    ["topic_invalid", "one bad topic among others", { type: "subscribe", topics: ["room", null] }],
    ["topic_invalid", "an empty topic to leave", { type: "unsubscribe", topics: [""] }],
    ["too_many_topics", "33 topics", { type: "subscribe", topics: names(33) }],
    ["frame_too_large", "32,768 bytes of data", { type: "publish", topic: "t", data: "x".repeat(32_768) }],
  ])("is %s: %s", (code, _, frame) => {
    expect(parse(frame)).toMatchObject({ kind: "refused", code, correlationId: undefined });
  });

  test.each<[RefusalCode, string, string]>([
    ["frame_not_json", "text", "hello"],
    ["frame_not_object", "a list", "[]"],
    ["frame_too_large", "40,000 bytes that are not JSON", `"${"x".repeat(40_000)}`],
    ["correlation_id_invalid", "a number for a correlation id", '{"type":"hello","correlationId":7}'],
    ["action_missing", "another type", '{"type":"hello"}'],
    ["action_missing", "a list for a type", '{"type":["publish"],"topic":"room"}'],
    ["action_missing", "the type toString", '{"type":"toString"}'],
    ["action_unknown", "an action beside the type", '{"type":"publish","topic":"room","action":"x"}'],
    ["action_unknown", "null for an action", '{"type":"publish","topic":"room","action":null}'],
  ])("is what the relay says of it, %s: %s", (code, _, body) => {
    expect(parse(body)).toMatchObject({ kind: "refused", code });
    expect(parse(body)).toEqual(parseFrame(body, 32_768));
  });

  test("keeps the correlation id that the relay finds", () => {
    expect(parse({ action: "x", correlationId: "c-1" })).toMatchObject({ correlationId: "c-1" });
  });

  test("is one whose action has a route, since none comes here", () => {
    const messagePayload = Buffer.from('{"type":"offer","sdp":""}').toString("base64");
    expect(parse({ action: "SDP_OFFER", messagePayload })).toMatchObject({ code: "action_unknown" });
  });
});

test.each([
  [true, "as y-webrtc writes it", '{"type":"ping"}'],
  [true, "with spaces and more members", ' { "type" : "ping", "at": 7 } '],
  [false, "with an action", '{"type":"ping","action":"SDP_OFFER"}'],
  [false, "of 65 characters", `{"type":"ping","padding":"${"x".repeat(37)}"}`],
  [false, "a pong", '{"type":"pong"}'],
  [false, "text", '"ping"'],
  [false, "null", "null"],
  [false, "nothing", ""],
])("it is %s that this is a ping: %s", (expected, _, body) => {
  expect(isPing(body)).toBe(expected);
});

const anyTopic = fc.oneof(fc.string({ unit: anyCodePoint, maxLength: 300 }), fc.anything());
const anyFrame = fc.oneof(
  fc.record(
    {
      type: fc.oneof(fc.constantFrom("publish", "subscribe", "unsubscribe", "ping"), fc.anything()),
      topic: anyTopic,
      topics: fc.oneof(fc.array(anyTopic), fc.anything()),
      clients: fc.anything(),
      data: fc.jsonValue(),
      action: fc.anything(),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);
const anyBody = fc.oneof(
  anyFrame.map((frame) => JSON.stringify(frame) ?? ""),
  fc.string({ unit: anyCodePoint }),
);

test("parsing never throws and gives a known code or topics that can be keys, whatever arrives", () => {
  fc.assert(
    fc.property(anyBody, fc.integer({ min: 0, max: 200 }), (body, most) => {
      isPing(body);
      const parsed = parseTopicFrame(body, most);
      if (parsed.kind === "refused") {
        expect(Object.hasOwn(refusals, parsed.code)).toBe(true);
        return;
      }
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(most);
      const topics = parsed.kind === "publish" ? [parsed.topic] : parsed.topics;
      expect(topics.length).toBeLessThanOrEqual(32);
      for (const topic of topics) {
        expect(Buffer.from(topic).toString()).toBe(topic);
        expect(Buffer.byteLength(topic)).toBeGreaterThanOrEqual(1);
        expect(Buffer.byteLength(topic)).toBeLessThanOrEqual(256);
      }
      if (parsed.kind === "publish") {
        expect(JSON.parse(parsed.announced(9))).toEqual({ ...JSON.parse(body), clients: 9 });
      }
    }),
    { numRuns: 2_000 },
  );
});
