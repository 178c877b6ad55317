import { expect, test } from "@jest/globals";
import { setupFigures, setupTable } from "../../../bench/setup/setup-report.ts";

test("figures are of all sessions: the median, the ranks, and each part's own median", () => {
  const sessions = Array.from({ length: 100 }, (_, index) => ({
    sockets: 10 + (index % 2),
    channel: index + 51,
  }));
  expect(setupFigures(sessions)).toEqual({
    median: 100.5,
    p90: 140,
    p99: 149,
    sockets: 10.5,
    negotiation: 90,
  });
});

test("nothing is said about no session", () => {
  expect(() => setupFigures([])).toThrow("there was no session");
});

const figures = { median: 61.25, p90: 80, p99: 120.5, sockets: 21, negotiation: 40 };
const report = {
  bench: "setup" as const,
  machine: {
    node: "24.0.0",
    platform: "linux x64",
    processors: "2 × Some Processor",
    load: [0.25, 1.96] as const,
  },
  browser: "150.0.0.0",
  sessions: 200,
  synapse: figures,
  peerJs: { ...figures, median: 41 },
  difference: 20.25,
  callsPerSession: [
    { role: "RelayServer", action: "dynamodb:GetItem", calls: 12.25 },
    { role: "PeerConnectionHandler", action: "dynamodb:PutItem", calls: 2 },
  ],
  instancesStarted: 0,
};

test("the contestants stand one below the other, with the difference of their medians and its budget", () => {
  const lines = setupTable(report).split("\n");
  expect(lines).toContain("Synapse-D     61.25 ms  80.00 ms  120.50 ms    21.00 ms    40.00 ms");
  expect(lines).toContain("PeerJS 1.0.2  41.00 ms  80.00 ms  120.50 ms    21.00 ms    40.00 ms");
  expect(lines).toContain("The medians differ by +20.3 ms; the budget is +15 ms.");
  expect(lines).toContain(
    "AWS calls of a session, counted, without its proofs: 14.3. Instances started meanwhile: 0.",
  );
});

test("a median below PeerJS's is a difference below nothing", () => {
  expect(setupTable({ ...report, difference: -3 })).toContain("The medians differ by −3.0 ms");
});
