import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { describeFrame } from "../../../local/console/page/frame.ts";
import { anyCodePoint } from "../../any-code-point.ts";

/** {"type":"offer","sdp":"v=0\r\ns=-\r\n"} */
const offer = "eyJ0eXBlIjoib2ZmZXIiLCJzZHAiOiJ2PTBcclxucz0tXHJcbiJ9";
/** {"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","sdpMid":"0"} */
const candidate =
  "eyJjYW5kaWRhdGUiOiJjYW5kaWRhdGU6MSAxIHVkcCAxIDE5Mi4wLjIuMSA5IHR5cCBob3N0Iiwic2RwTWlkIjoiMCJ9";

test("shows an offer that the viewer sends, with its SDP as text", () => {
  const text = `{"action":"SDP_OFFER","messagePayload":"${offer}"}`;
  expect(describeFrame(text, "sent")).toEqual({
    direction: "sent",
    kind: "SDP_OFFER",
    size: 94,
    peer: "master",
    content: "v=0\r\ns=-\r\n",
  });
});

test("shows whom the master sends to", () => {
  const text = `{"action":"ICE_CANDIDATE","messagePayload":"${candidate}","recipientClientId":"bob-1"}`;
  expect(describeFrame(text, "sent")).toMatchObject({
    kind: "ICE_CANDIDATE",
    peer: "bob-1",
    content: "candidate:1 1 udp 1 192.0.2.1 9 typ host",
  });
});

test("shows whom a frame comes from: a viewer by its id, the master without one", () => {
  const from = (sender: string) =>
    describeFrame(`{"messageType":"SDP_OFFER","messagePayload":"${offer}"${sender}}`, "received").peer;
  expect(from(',"senderClientId":"bob-1"')).toBe("bob-1");
  expect(from("")).toBe("master");
});

test("shows what the service answered to a frame", () => {
  const delivered =
    '{"messageType":"STATUS_RESPONSE","statusResponse":{"correlationId":"1","success":true,"statusCode":"200","description":"The frame was delivered.","code":"delivered"}}';
  expect(describeFrame(delivered, "received")).toMatchObject({
    kind: "STATUS_RESPONSE",
    peer: "service",
    status: { success: true, words: "delivered" },
  });
  const refused =
    '{"messageType":"STATUS_RESPONSE","statusResponse":{"success":false,"errorType":"InvalidArgumentException","statusCode":"400","description":"The frame has no action.","code":"action_missing"}}';
  expect(describeFrame(refused, "received").status).toEqual({
    success: false,
    words: "The frame has no action. (action_missing 400)",
  });
});

test("says why a service without codes of its own refused a frame", () => {
  const refused =
    '{"messageType":"STATUS_RESPONSE","statusResponse":{"success":false,"errorType":"InvalidArgumentException","statusCode":400}}';
  expect(describeFrame(refused, "received").status?.words).toBe("(InvalidArgumentException 400)");
});

test("counts bytes, not characters", () => {
  expect(describeFrame("é€😀", "received")).toMatchObject({ kind: "not JSON", size: 9, content: "é€😀" });
});

test.each([
  ["{}", "no type", "{}"],
  ['{"messageType":"KEEPALIVE"}', "KEEPALIVE", '{\n  "messageType": "KEEPALIVE"\n}'],
  ['{"messageType":"X","messagePayload":"%%%"}', "X", "%%%"],
  ['{"messageType":"X","messagePayload":"bm8ganNvbg=="}', "X", "no json"],
  ['{"messageType":"X","messagePayload":"eyJhIjoxfQ=="}', "X", '{\n  "a": 1\n}'],
  ["[1]", "no type", "[\n  1\n]"],
])("shows %s as it is", (text, kind, content) => {
  expect(describeFrame(text, "received")).toMatchObject({ kind, content });
});

test("takes the reason from a REVOKED frame of the service, and from no other frame", () => {
  const frame = (messageType: string) => JSON.stringify({ messageType, reason: "canceled" });
  expect(describeFrame(frame("REVOKED"), "received")).toMatchObject({ kind: "REVOKED", revoked: "canceled" });
  expect(describeFrame(frame("GO_AWAY"), "received").revoked).toBeUndefined();
  expect(describeFrame(frame("REVOKED"), "sent").revoked).toBeUndefined();
});

test("describes any frame without throwing", () => {
  const members = fc.record(
    {
      action: fc.anything(),
      messageType: fc.anything(),
      messagePayload: fc.oneof(fc.base64String(), fc.anything()),
      statusResponse: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const texts = fc.oneof(
    fc.string({ unit: anyCodePoint }),
    fc.json(),
    members.map((frame) => {
      try {
        return JSON.stringify(frame);
      } catch {
        return "";
      }
    }),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom("sent" as const, "received" as const), (text, direction) => {
      expect(describeFrame(text, direction).direction).toBe(direction);
    }),
  );
});
