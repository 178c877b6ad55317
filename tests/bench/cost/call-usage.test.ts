import { expect, test } from "@jest/globals";
import { callUsage, gigabytesOf } from "../../../bench/cost/call-usage.ts";
import { declaredProgram } from "../../docs/declared-program.ts";
import type { Calls } from "../../journeys/counted-call.ts";

const calls = (name: string, operation: string, resource: string, count: number): Calls => ({
  function: name,
  operation,
  resource,
  calls: count,
});
const assumptions = { minutes: 3, millisecondsPerCall: 10, logBytes: 27_000 };

const steps = [
  {
    step: "connect" as const,
    calls: [
      calls("SignalingAuthorizer", "dynamodb:UpdateItem", "proofs", 1),
      calls("PeerConnectionHandler", "dynamodb:PutItem", "peers", 1),
    ],
    invocations: { SignalingAuthorizer: 1, PeerConnectionHandler: 1 },
    frames: 0,
  },
  {
    step: "offer" as const,
    calls: [
      calls("RelayServer", "dynamodb:GetItem", "pairs", 2),
      calls("RelayServer", "dynamodb:UpdateItem", "pairs", 2),
      calls("RelayServer", "execute-api:ManageConnections", "@connections", 1),
    ],
    invocations: { RelayServer: 1 },
    frames: 2,
  },
];

test("what is charged is summed up over the steps; a peer is written twice, for its index", () => {
  expect(callUsage(steps, assumptions)).toEqual({
    messages: 2,
    connectionMinutes: 6,
    invocations: 3,
    // Two calls of 10 ms at 256 MB, five at 512 MB.
    gigabyteSeconds: expect.closeTo(0.03),
    readRequestUnits: 2,
    writeRequestUnits: 5,
    logGigabytes: 0.000027,
    unpriced: [],
  });
});

test("a call for which no price is known is named, not left out silently", () => {
  const sent = calls("RelayServer", "sqs:SendMessage", "deliveries.fifo", 1);
  const step = { step: "offer" as const, calls: [sent], invocations: {}, frames: 1 };
  expect(callUsage([step], assumptions).unpriced).toEqual([sent]);
});

test("the memory of each function is what the program declares", async () => {
  const functions = (await declaredProgram()).filter(({ type }) => type === "aws:lambda/function:Function");
  const names = ["SignalingAuthorizer", "PeerConnectionHandler", "RelayServer", "DeliveryWorker"];
  const declared = names.map((name) => functions.find((one) => one.name === name)?.inputs.memorySize);
  expect(names.map((name) => gigabytesOf(name) * 1024)).toEqual(declared);
});
