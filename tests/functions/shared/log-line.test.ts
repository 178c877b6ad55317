import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Failure } from "../../../functions/shared/failure.ts";
import { admitFields, describeError } from "../../../functions/shared/log-line.ts";

const base = { event: "frame", outcome: "refused" };
const secrets = {
  sdp: "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n",
  candidate: "candidate:1 1 UDP 2122252543 192.0.2.1 50000 typ host",
  token: `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.${"c2lnbmF0dXJl".repeat(7)}c2`,
  proof: "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA",
  email: "ada@example.com",
};

describe("what a log line admits", () => {
  test("keeps fields of the allow-list", () => {
    const fields = { ...base, code: "proof_used", connectionId: "L0SM9cOFvHcCIhw=", frameBytes: 12 };
    expect(admitFields(fields)).toEqual({ admitted: fields, dropped: [] });
  });

  test.each([
    { event: "delivery", outcome: "served", kind: "waiting" },
    { event: "delivery", outcome: "served", kind: "arrival", released: 1, superseded: 2, expired: 3 },
    { event: "delivery", outcome: "failed", kind: "report", ambiguous: 1, undeliverable: 2 },
    { event: "sweep", outcome: "swept", kept: 1, gone: 2, timedOut: 3, overdue: 4 },
    { event: "frame", outcome: "delivered", action: "ACK" },
  ])("keeps %j", (fields) => {
    expect(admitFields(fields)).toEqual({ admitted: fields, dropped: [] });
  });

  test.each([
    ["kind", "SDP"],
    ["outcome", "expired"],
    ["timedOut", -1],
    ["ambiguous", 0.5],
    ["code", "MAILBOX"],
  ])("drops a %s that is %j", (field, value) => {
    expect(admitFields({ event: "sweep", outcome: "swept", [field]: value }).dropped).toEqual([field]);
  });

  test("names what every line must have and this one lacks", () => {
    expect(admitFields({ event: "sweep" })).toEqual({ admitted: { event: "sweep" }, dropped: ["outcome"] });
    expect(admitFields({ ...base, code: undefined })).toEqual({ admitted: base, dropped: [] });
  });

  test("drops a field that is not on the list, and does not repeat its name", () => {
    expect(admitFields({ ...base, messagePayload: "eyJ0eXBlIjoib2ZmZXIifQ==" })).toEqual({
      admitted: base,
      dropped: ["unknown"],
    });
  });

  test("drops a value that its field does not admit, and names the field", () => {
    expect(admitFields({ ...base, connectionId: secrets.proof, extra: 1 })).toEqual({
      admitted: base,
      dropped: ["connectionId", "unknown"],
    });
  });

  const freeFields = [
    "code",
    "requestId",
    "connectionId",
    "supersededConnectionId",
    "frameId",
    "channel",
    "subject",
    "sender",
    "recipient",
    "correlation",
    "errorName",
    "causeName",
    "deniedAction",
    "deniedResource",
  ];
  test.each(Object.entries(secrets))("cannot represent a %s in any field of text", (_, secret) => {
    const fields = Object.fromEntries(freeFields.map((name) => [name, secret]));
    expect(admitFields({ ...base, ...fields })).toEqual({ admitted: base, dropped: freeFields });
  });

  test.each(Object.entries(secrets))("cannot represent a %s as a tenant", (_, secret) => {
    expect(admitFields({ ...base, tenant: secret }).admitted).toEqual(base);
  });

  test("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (fields) => {
        expect(admitFields({ ...base, ...fields }).admitted).toBeDefined();
      }),
    );
  });
});

describe("what a log line says about an error", () => {
  test("names our fault by its code, and its cause by its class", () => {
    const cause = new TypeError("secret");
    expect(describeError(new Failure("sqs_unavailable", "secret", { cause }))).toEqual({
      code: "sqs_unavailable",
      errorName: "Failure",
      causeName: "TypeError",
    });
  });

  test("names what IAM denied", () => {
    const error = new Error(
      "User: arn:aws:sts::000000000000:assumed-role/RelayServer/RelayServer is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/peers because no identity-based policy allows the dynamodb:GetItem action",
    );
    error.name = "AccessDeniedException";
    expect(describeError(error)).toEqual({
      code: "internal",
      errorName: "AccessDeniedException",
      deniedAction: "dynamodb:GetItem",
      deniedResource: "arn:aws:dynamodb:us-east-1:000000000000:table/peers",
    });
  });

  test("says nothing about a thrown value that is no error", () => {
    expect(describeError("secret")).toEqual({ code: "internal" });
  });
});
