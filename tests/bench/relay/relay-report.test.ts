import { expect, test } from "@jest/globals";
import { type RelayReport, relayTable } from "../../../bench/relay/relay-report.ts";

const report: RelayReport = {
  bench: "relay",
  machine: { node: "24.0.0", platform: "linux x64", processors: "2 × Some Processor", load: [0.25, 1.96] },
  settings: { rounds: 5, seconds: 1.5, candidates: 9 },
  pairs: 2,
  payload: { descriptionBytes: 7660, candidateBytes: 296 },
  contestants: [
    {
      name: "Synapse-D",
      framesPerSecond: { median: 453.4, lowest: 400, highest: 470.6 },
      latency: { median: 4.711, p99: 13.21, frames: 2000 },
      refused: 0,
      cpuPerFrame: 1_417.4,
      callsPerFrame: [
        { role: "RelayServer", action: "execute-api:ManageConnections", calls: 1.001 },
        { role: "RelayServer", action: "dynamodb:GetItem", calls: 1 },
        { role: "PeerSweeper", action: "dynamodb:Query", calls: 0.0004 },
      ],
    },
    {
      name: "bare ws",
      framesPerSecond: { median: 65_503, lowest: 65_318, highest: 65_688 },
      latency: { median: 0.08, p99: 0.23, frames: 90_000 },
      refused: 0.0123,
      synapseBeside: { framesPerSecond: 0.0069, medianLatency: 158.9 },
    },
  ],
  bundles: { "signaling/relay": 89_400 },
  start: {
    readyMilliseconds: 1845,
    residentAtReady: 134_600_000,
    warmFrames: 1000,
    instances: { RelayServer: 8, PeerSweeper: 0 },
  },
};

const lines = relayTable(report).split("\n");

test("each contestant has a line with its frames a second, latencies, refusals, calls and CPU", () => {
  expect(lines).toContain(
    "Synapse-D       453         400–471  4.71 ms  13.21 ms    0.0 %         2.00   1,417 µs",
  );
  expect(lines).toContain(
    "bare ws      65,503   65,318–65,688  0.08 ms   0.23 ms    1.2 %            –          –",
  );
});

test("it says how many frames were in flight, and where it ran", () => {
  expect(lines).toContain(
    "Frames a second: closed loop, 4 frames in flight (2 pairs, one in each direction).",
  );
  expect(lines).toContain("Latency: closed loop, 2 frames in flight (one a pair), from sending to arrival.");
  expect(lines).toContain("linux x64, 2 × Some Processor, Node 24.0.0, load 0.3 → 2.0.");
});

test("Synapse-D is put beside each of the others", () => {
  expect(lines).toContain("bare ws           0.0069 ×           159 ×");
});

test("each call of a role, each bundle and the start are told", () => {
  expect(lines).toContain("RelayServer                     dynamodb:GetItem  1.00");
  expect(lines.join()).not.toContain("PeerSweeper");
  expect(lines).toContain("signaling/relay  89 KB");
  expect(lines).toContain("npm start: ready in 1.8 s.");
});

test("memory that could not be read is unknown, and functions without instances are left out", () => {
  const [atReady, warm] = lines.slice(-2);
  expect(atReady).toContain("135 MB at ready,");
  expect(warm).toBe("unknown after 1000 frames with 8 RelayServer.");
});
