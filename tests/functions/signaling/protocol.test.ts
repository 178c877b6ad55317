import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
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
        recipientClientId: "ada",
        correlationId: "c-1",
      },
    });
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

test("parsing never throws and gives a known code, whatever arrives", () => {
  const almostFrame = fc
    .record(
      {
        action: fc.oneof(fc.constantFrom("SDP_OFFER", "ICE_CANDIDATE"), fc.anything()),
        messagePayload: fc.oneof(
          fc.json().map((text) => Buffer.from(text).toString("base64")),
          fc.anything(),
        ),
        correlationId: fc.oneof(fc.string(), fc.anything()),
        recipientClientId: fc.anything(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), almostFrame), (body) => {
      const parsed = parse(body);
      if (parsed.kind === "refused") expect(Object.keys(refusals)).toContain(parsed.code);
    }),
    { numRuns: 500 },
  );
});
