import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Recorder } from "../../../../chaos/signaling/load/recorder.ts";

const recorder = () => new Recorder(() => ({ earliest: 1, latest: 2 }));

test("notes a relayed frame with when it came", () => {
  const notes = recorder();
  const frame = {
    messageType: "ICE_CANDIDATE",
    messagePayload: "e30=",
    senderClientId: "bob",
    frameId: "a=",
  };
  notes.saw("s1", JSON.stringify(frame));
  expect(notes.relayed).toEqual([
    { ...frame, socket: "s1", order: 1, earliest: 1, latest: 2, real: expect.any(Number) },
  ]);
});

test("notes each report of a list, and API Gateway's own errors", () => {
  const notes = recorder();
  const report = { recipientClientId: "bob", correlationId: "c", frameId: "a=", code: "expired" };
  notes.saw("s1", JSON.stringify({ messageType: "DELIVERY_REPORT", reports: [report, report] }));
  notes.saw("s1", '{"message":"Internal server error","connectionId":"a=","requestId":"b="}');
  expect(notes.reports).toHaveLength(2);
  expect(notes.gatewayErrors).toMatchObject([{ message: "Internal server error", socket: "s1" }]);
});

test.each([
  ["no JSON", "hello"],
  ["an unknown type", '{"messageType":"HELLO"}'],
  ["a field too many", '{"messageType":"KEEPALIVE","token":"x"}'],
  ["a status that is a number", '{"messageType":"STATUS_RESPONSE","statusResponse":{"statusCode":200}}'],
])("%s is strange", (_, text) => {
  const notes = recorder();
  expect(notes.saw("s1", text)).toBeUndefined();
  expect(notes.strange).toMatchObject([{ socket: "s1", text, why: expect.any(String) }]);
});

test("whatever comes is noted once", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const notes = recorder();
      notes.saw("s1", text);
      expect(notes.strange).toHaveLength(1);
    }),
  );
});

test("of a socket's ends the first counts", () => {
  const notes = recorder();
  const socket = notes.opened("s1", "c1", notes.began());
  notes.ended(socket, "half-open");
  notes.ended(socket, "by the server");
  expect(socket.end?.how).toBe("half-open");
});
