import { describe, expect, test } from "@jest/globals";
import type { FaultRule } from "../../../local/faults/fault-rule.ts";
import { asRelay, queueArn, tableArn } from "../iam/policies.ts";
import { dynamodb, endpointForEachTest, grant, read, send, sqs } from "./running-endpoint.ts";

const running = endpointForEachTest();

/** What the SDK makes of a GetItem under this rule. */
const reading = (rule: Omit<FaultRule, "service">, maxAttempts = 1) => {
  grant(running, "dynamodb:GetItem", tableArn);
  running.rules.replace([{ service: "dynamodb", ...rule }]);
  return dynamodb(running, maxAttempts).send(read);
};

describe("the unmodified SDK takes an injected error for AWS's own", () => {
  test.each([
    ["ThrottlingException", 400],
    ["ProvisionedThroughputExceededException", 400],
    ["InternalServerError", 500],
  ])("DynamoDB's %s %i", async (name, status) => {
    await expect(reading({ error: { name, status } })).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
    expect(running.calls).toEqual([]);
  });

  test.each([
    ["ServiceUnavailable", 503],
    ["RequestThrottled", 403],
  ])("SQS's %s %i", async (name, status) => {
    grant(running, "sqs:SendMessage", queueArn);
    running.rules.replace([{ service: "sqs", error: { name, status } }]);
    await expect(sqs(running).send(send(running))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
  });

  test("and retries a throttled call by itself", async () => {
    const error = { name: "ThrottlingException", status: 400 };
    const { $metadata } = await reading({ times: 2, error }, 3);
    expect($metadata.attempts).toBe(3);
  });
});

test("a dropped call is a connection that was reset", async () => {
  await expect(reading({ drop: true })).rejects.toThrow("socket hang up");
  expect(running.calls).toEqual([]);
  expect(running.faults).toEqual([]);
});

test("with after the call takes effect, and its answer is lost", async () => {
  await expect(reading({ after: true })).rejects.toThrow("socket hang up");
  expect(running.calls).toHaveLength(1);
});

test("a call that comes late takes effect after its latency", async () => {
  const answer = reading({ latencyMs: 60_000 });
  // The rule has fired when the call has arrived.
  while (running.rules.list().faults[0]?.fired !== 1) await new Promise((resolve) => setImmediate(resolve));
  expect(running.calls).toEqual([]);
  await running.clock.advance(60_000);
  expect((await answer).Item).toEqual({ clientId: { S: "alice" } });
});

test("a call that is not allowed is denied, and no rule fires for it", async () => {
  running.rules.replace([{ service: "dynamodb", drop: true }]);
  await expect(dynamodb(running).send(read)).rejects.toMatchObject({ name: "AccessDeniedException" });
  expect(running.rules.list().faults).toEqual([{ service: "dynamodb", drop: true, fired: 0 }]);
});

test("only requests that contain the text meet the rule", async () => {
  await expect(reading({ match: '"peers"', drop: true })).rejects.toThrow("socket hang up");
  await expect(reading({ match: '"proofs"', drop: true })).resolves.toMatchObject({ Item: {} });
});

test("the calls that a service makes for a function meet the rules too", async () => {
  grant(running, "sqs:ReceiveMessage", queueArn);
  running.rules.replace([
    {
      service: "sqs",
      operation: "ReceiveMessage",
      times: 1,
      error: { name: "ServiceUnavailable", status: 503 },
    },
    { service: "sqs", operation: "ReceiveMessage", drop: true },
  ]);
  const receive = () => running.endpoint.call(asRelay, "sqs", "ReceiveMessage", { QueueUrl: "x" });
  await expect(receive()).rejects.toMatchObject({ code: "ServiceUnavailable", status: 503 });
  await expect(receive()).rejects.toThrow("cut the connection");
});
