import { expect, test } from "@jest/globals";
import { type CostReport, costTable } from "../../../bench/cost/cost-report.ts";
import type { CountedStep, Step } from "../../journeys/counted-call.ts";

const step = (name: Step, calls: number): CountedStep => ({
  step: name,
  calls: [{ function: "RelayServer", operation: "dynamodb:GetItem", resource: "pairs", calls }],
  invocations: { RelayServer: 1 },
  frames: 2,
});

const report: CostReport = {
  bench: "cost",
  machine: { node: "24.0.0", platform: "linux x64", processors: "2 × Some Processor", load: [0.25, 1.96] },
  assumed: { minutes: 1, millisecondsPerCall: 10 },
  scenarios: [
    {
      name: "warm",
      steps: [step("offer", 5), step("candidate", 1), step("candidate", 1)],
      usage: {
        messages: 6,
        connectionMinutes: 2,
        invocations: 3,
        gigabyteSeconds: 0.1,
        readRequestUnits: 7,
        writeRequestUnits: 0,
        logGigabytes: 0,
        unpriced: [
          { function: "RelayServer", operation: "sqs:SendMessage", resource: "deliveries", calls: 1 },
        ],
      },
      lines: [{ price: "webSocketMessage", quantity: 6, dollars: 59.5 }],
    },
    {
      name: "new instances",
      steps: [step("offer", 5), step("candidate", 2), step("candidate", 3)],
      usage: {
        messages: 6,
        connectionMinutes: 2,
        invocations: 3,
        gigabyteSeconds: 0.1,
        readRequestUnits: 10,
        writeRequestUnits: 0,
        logGigabytes: 0,
        unpriced: [],
      },
      lines: [{ price: "webSocketMessage", quantity: 6, dollars: 60 }],
    },
  ],
  kvs: { once: 49.5, twice: 99 },
};
const lines = costTable(report).split("\n");

test("each kind of step is counted beside its budget, and unequal ones one by one", () => {
  expect(lines).toContain("candidate              1  1 of 2, 1 of 3            1          2");
  expect(lines).toContain("whole set-up           7              10           45         80");
});

test("calls and invocations are listed by function", () => {
  expect(lines).toContain("RelayServer dynamodb:GetItem pairs     7             10");
  expect(lines).toContain("RelayServer, invoked                   3              3");
});

test("the sum stands beside what KVS charges, and says from when a channel is cheaper there", () => {
  expect(lines).toContain("Synapse-D                                 59.50          60.00");
  expect(lines).toContain("KVS, if it charges a relayed frame once   49.50          49.50");
  expect(lines).toContain(
    "So, warm and a relayed frame charged once, KVS costs more up to 3,000 calls a channel and month.",
  );
});

test("what has no price is named", () => {
  expect(lines).toContain("Counted but not priced: sqs:SendMessage.");
});
