import { expect, test } from "@jest/globals";
import type { LoadFigures } from "../../../bench/load/load-figures.ts";
import { type LoadReport, loadTable } from "../../../bench/load/load-report.ts";

const figures = (
  name: string,
  setUpMedian: number | undefined,
  frameMedian: number | undefined,
): LoadFigures => ({
  ...{ name, calls: 30, failed: 1, retried: 2, setUpMedian, setUpP99: 200, frameMedian, frameP99: 20 },
  ...(name !== "all" && { memory: 400_000_000 }),
});

const report: LoadReport = {
  bench: "load",
  machine: { node: "24.0.0", platform: "linux x64", processors: "2 × Some Processor", load: [0.25, 1.96] },
  target: "npm start",
  settings: { rate: 0.5, seconds: 60, hold: 5 },
  framesOfACall: 22,
  alone: figures("alone", 80, 4),
  quarters: [figures("first", 100, 5), figures("last", 110, 6)],
  all: figures("all", 120, 5),
  failures: [{ failure: "ICE_CANDIDATE: not within 10 s", calls: 1 }],
};

test("shows every part, what load adds, and whether it stays", () => {
  const table = loadTable(report);
  expect(table).toMatch(/^0\.5 calls begin in a second, for 60 s, on npm start\./);
  expect(table).toMatch(/^alone +30 +1 +2 +80\.00 ms +200\.00 ms +4\.00 ms +20\.00 ms +400 MB$/m);
  expect(table).toMatch(/^all +30 +1 +2 +120\.00 ms +200\.00 ms +5\.00 ms +20\.00 ms +-$/m);
  expect(table).toMatch(/^Beside a call alone: 1\.50 × set-up, 1\.25 × frame\.$/m);
  expect(table).toMatch(/^The last quarter beside the first: 1\.10 × set-up, 1\.20 × frame\.$/m);
  expect(table).toMatch(/^1 failed: ICE_CANDIDATE: not within 10 s$/m);
});

test("a run in which nothing succeeded has no ratios", () => {
  const nothing = { ...report, all: figures("all", undefined, undefined) };
  expect(loadTable(nothing)).toContain("Beside a call alone: - set-up, - frame.");
});
