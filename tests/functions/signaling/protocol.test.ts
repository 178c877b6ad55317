import { describe, expect, test } from "@jest/globals";
import { parseFrame, type RefusalCode, refusals } from "../../../functions/signaling/protocol.ts";

const base64 = (value: unknown, encoding: BufferEncoding = "utf8") =>
  Buffer.from(JSON.stringify(value), encoding).toString("base64");
const offer = base64({ type: "offer", sdp: "v=0\r\n" });
const frame = (fields: object = {}) =>
  JSON.stringify({ action: "SDP_OFFER", messagePayload: offer, correlationId: "c-1", ...fields });
const parse = (body: string) => parseFrame(body, 32_768);

describe("a frame that is accepted", () => {
  test("keeps its payload byte for byte", () => {
    expect(parse(frame({ recipientClientId: "ada", extra: { nested: true } }))).toEqual({
      kind: "frame",
      frame: {
        action: "SDP_OFFER",
        messagePayload: offer,
        ufrags: [],
        seq: undefined,
        recipientClientId: "ada",
        correlationId: "c-1",
      },
    });
  });

  test("carries the ufrags of its payload and its number", () => {
    const messagePayload = base64({ candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host ufrag F7gI" });
    expect(parse(frame({ action: "ICE_CANDIDATE", messagePayload, seq: 7 }))).toMatchObject({
      kind: "frame",
      frame: { action: "ICE_CANDIDATE", ufrags: ["F7gI"], seq: 7 },
    });
  });

  test.each([1, 2, Number.MAX_SAFE_INTEGER])("may have the number %i", (seq) => {
    expect(parse(frame({ seq }))).toMatchObject({ kind: "frame", frame: { seq } });
  });

  test("may be the receipt of another, by the id that frame came with", () => {
    const frameIds = ["L0SM9cOFvHcCIhw=", "q83vEjRWeJCrze8SNFZ4kA", "a/b+c_d-e=", "x".repeat(64)];
    for (const frameId of frameIds) {
      expect(parse(JSON.stringify({ action: "ACK", frameId, recipientClientId: "ada" }))).toEqual({
        kind: "frame",
        frame: { action: "ACK", frameId, recipientClientId: "ada", correlationId: undefined },
      });
    }
  });

  test("may be a receipt with a payload and a number: neither is looked at", () => {
    const receipt = { action: "ACK", frameId: "f-1", messagePayload: 7, seq: -1 };
    expect(parse(frame(receipt))).toMatchObject({ kind: "frame", frame: { action: "ACK", frameId: "f-1" } });
  });

  test.each([
    ["SDP_ANSWER", { type: "answer", sdp: "" }],
    ["SDP_OFFER", { type: "offer", sdp: "v=0", more: 1 }],
    ["ICE_CANDIDATE", { candidate: "" }],
    ["ICE_CANDIDATE", { candidate: "x", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" }],
    ["ICE_CANDIDATE", { candidate: "x", sdpMid: null, sdpMLineIndex: null, usernameFragment: null }],
    ["ICE_CANDIDATE", { candidate: "x", relatedAddress: "192.0.2.1" }],
  ])("may be %s with %j", (action, payload) => {
    expect(parse(frame({ action, messagePayload: base64(payload) }))).toMatchObject({ kind: "frame" });
  });

  test.each(["latin1", "utf8"] as const)("may be written in %s beyond ASCII", (encoding) => {
    const messagePayload = base64({ type: "offer", sdp: "s=café ÿ\u0080" }, encoding);
    expect(parse(frame({ messagePayload }))).toMatchObject({ frame: { messagePayload } });
  });
});

describe("a frame that is refused", () => {
  test.each<[RefusalCode, string]>([
    ["frame_not_json", ""],
    ["frame_not_json", "hello"],
    ["frame_not_json", '{"action":'],
    ["frame_not_object", "null"],
    ["frame_not_object", "[]"],
    ["frame_not_object", '"SDP_OFFER"'],
    ["correlation_id_invalid", frame({ correlationId: "" })],
    ["correlation_id_invalid", frame({ correlationId: "a b" })],
    ["correlation_id_invalid", frame({ correlationId: 7 })],
    ["correlation_id_invalid", frame({ correlationId: "x".repeat(257) })],
    ["action_missing", frame({ action: undefined })],
    ["action_unknown", frame({ action: "SUBSCRIBE" })],
    ["action_unknown", frame({ action: "toString" })],
    ["action_unknown", frame({ action: 1 })],
    ["payload_missing", frame({ messagePayload: undefined })],
    ["payload_missing", frame({ messagePayload: "" })],
    ["payload_not_base64", frame({ messagePayload: { type: "offer" } })],
    ["payload_not_base64", frame({ messagePayload: "%%%%" })],
    ["payload_not_base64", frame({ messagePayload: `${offer}=` })],
    ["payload_not_base64", frame({ messagePayload: ` ${offer}` })],
    ["payload_not_json", frame({ messagePayload: Buffer.from("hello!").toString("base64") })],
    ["payload_wrong_shape", frame({ messagePayload: base64(null) })],
    ["payload_wrong_shape", frame({ messagePayload: base64([]) })],
    ["payload_wrong_shape", frame({ messagePayload: base64({ type: "answer", sdp: "" }) })],
    ["payload_wrong_shape", frame({ messagePayload: base64({ type: "offer" }) })],
    ["payload_wrong_shape", frame({ action: "SDP_ANSWER" })],
    ["payload_wrong_shape", frame({ action: "ICE_CANDIDATE" })],
    [
      "payload_wrong_shape",
      frame({ action: "ICE_CANDIDATE", messagePayload: base64({ candidate: "", sdpMLineIndex: -1 }) }),
    ],
    ["seq_invalid", frame({ seq: 0 })],
    ["seq_invalid", frame({ seq: -1 })],
    ["seq_invalid", frame({ seq: 1.5 })],
    ["seq_invalid", frame({ seq: "1" })],
    ["seq_invalid", frame({ seq: null })],
    ["seq_invalid", frame({ seq: [1] })],
    ["seq_invalid", frame().replace('"correlationId"', '"seq":9007199254740993,"correlationId"')],
    ["seq_invalid", frame().replace('"correlationId"', '"seq":1e400,"correlationId"')],
    ["frame_id_invalid", frame({ action: "ACK" })],
    ["frame_id_invalid", frame({ action: "ACK", frameId: "" })],
    ["frame_id_invalid", frame({ action: "ACK", frameId: null })],
    ["frame_id_invalid", frame({ action: "ACK", frameId: 7 })],
    ["frame_id_invalid", frame({ action: "ACK", frameId: "a b" })],
    ["frame_id_invalid", frame({ action: "ACK", frameId: '"}' })],
    ["frame_id_invalid", frame({ action: "ACK", frameId: "x".repeat(65) })],
    ["correlation_id_invalid", frame({ correlationId: null })],
    ["action_unknown", frame({ action: null })],
    ["action_unknown", frame({ action: ["SDP_OFFER"] })],
    ["action_unknown", frame({ action: "sdp_offer" })],
    ["action_unknown", frame({ action: "ACK " })],
    ["action_missing", '{"__proto__":{"action":"SDP_OFFER"}}'],
  ])("is %s: %s", (code, body) => {
    expect(parse(body)).toMatchObject({ kind: "refused", code });
  });

  test("is told with its correlation id and action as soon as they are known", () => {
    expect(parse(frame({ messagePayload: "%" }))).toEqual({
      kind: "refused",
      code: "payload_not_base64",
      correlationId: "c-1",
      action: "SDP_OFFER",
    });
    expect(parse(frame({ action: "X" }))).toEqual({
      kind: "refused",
      code: "action_unknown",
      correlationId: "c-1",
      action: undefined,
    });
  });

  test("may have as many bytes as the plan admits, and not one more", () => {
    const body = frame({ note: "é".repeat(100) });
    const bytes = Buffer.byteLength(body);
    expect(bytes).toBeGreaterThan(body.length);
    expect(parseFrame(body, bytes)).toMatchObject({ kind: "frame" });
    expect(parseFrame(body, bytes - 1)).toMatchObject({ code: "frame_too_large", correlationId: "c-1" });
    expect(parseFrame("x".repeat(11), 10)).toMatchObject({ code: "frame_too_large" });
  });
});

test("every refusal has an HTTP status, a type of KVS's, and one sentence or two of its own", () => {
  const told = Object.values(refusals);
  for (const { status, errorType, description } of told) {
    expect(status >= 400 && status <= 599).toBe(true);
    expect(errorType).toMatch(/^[A-Z][A-Za-z]+(Exception|Failure)$/);
    expect(description).toMatch(/^[A-Za-z].*\.$/);
  }
  expect(new Set(told.map(({ description }) => description)).size).toBe(told.length);
});
