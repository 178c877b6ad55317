import { expect, test } from "@jest/globals";
import { callsPerFrame } from "../../../bench/relay/calls.ts";

const grant = (holder: string, action: string, uses: number, resource = "arn:aws:some:thing") => ({
  holder,
  policy: "policy",
  action,
  resource,
  uses,
});

test("only calls made between the two readings count, for each frame", () => {
  const before = [grant("Relay", "dynamodb:GetItem", 10), grant("Relay", "execute-api:ManageConnections", 7)];
  const after = [
    grant("Relay", "dynamodb:GetItem", 60),
    grant("Relay", "execute-api:ManageConnections", 107),
  ];
  expect(callsPerFrame(before, after, 100)).toEqual([
    { role: "Relay", action: "execute-api:ManageConnections", calls: 1 },
    { role: "Relay", action: "dynamodb:GetItem", calls: 0.5 },
  ]);
});

test("an action that a role has on two resources is one line", () => {
  const after = [
    grant("Relay", "dynamodb:GetItem", 30, "arn:one"),
    grant("Relay", "dynamodb:GetItem", 10, "arn:two"),
  ];
  expect(callsPerFrame([], after, 10)).toEqual([{ role: "Relay", action: "dynamodb:GetItem", calls: 4 }]);
});

test("logs, a poller's receiving, policies of resources, and what did not change are left out", () => {
  const idle = grant("Sweeper", "dynamodb:Query", 3);
  const after = [
    grant("Relay", "logs:PutLogEvents", 50),
    grant("Worker", "sqs:ReceiveMessage", 50),
    grant("arn:aws:lambda:us-east-1:0:function:Relay", "lambda:InvokeFunction", 50),
    idle,
  ];
  expect(callsPerFrame([idle], after, 10)).toEqual([]);
});
