import { expect, test } from "@jest/globals";
import { socketFigures, socketsTable } from "../../../bench/sockets/sockets-report.ts";

const accepted = {
  name: "bare ws",
  handshakes: [1, 2, 3, 40],
  seconds: 2,
  refused: 1,
  before: 90_000_000,
  after: 90_050_000,
};

test("figures are of the handshakes that were accepted; the memory is shared out over them", () => {
  expect(socketFigures(accepted)).toEqual({
    name: "bare ws",
    perSecond: 2,
    median: 2.5,
    p99: 40,
    refused: 1,
    before: 90_000_000,
    after: 90_050_000,
    perSocket: 12_500,
  });
});

test("a contestant that accepted nothing has no figures, and one whose process was not found no memory", () => {
  expect(() => socketFigures({ ...accepted, handshakes: [] })).toThrow("bare ws accepted no socket");
  const { before: _, ...unknown } = accepted;
  expect(socketFigures(unknown)).not.toHaveProperty("perSocket");
});

test("the contestants stand one below the other, and the proofs apart", () => {
  const lines = socketsTable({
    bench: "sockets",
    machine: { node: "24.0.0", platform: "linux x64", processors: "2 × Some Processor", load: [0.25, 1.96] },
    sockets: 10_000,
    inFlight: 4,
    contestants: [
      { name: "Synapse-D", perSecond: 151.4, median: 24.123, p99: 90, refused: 12 },
      socketFigures(accepted),
    ],
    proofs: { seconds: 104, waits: 1_250 },
  }).split("\n");
  expect(lines).toContain("Synapse-D         151  24.12 ms  90.00 ms       12  unknown   unknown   unknown");
  expect(lines).toContain("bare ws             2   2.50 ms  40.00 ms        1    90 MB     90 MB   12.5 KB");
  expect(lines).toContain(
    "Proofs, fetched before and not part of it: 104 s, 96 a second, told to wait 1,250 times.",
  );
});
