import { expect, test } from "@jest/globals";
import { chaosTable } from "../../../chaos/signaling/chaos-table.ts";
import { judge } from "../../../chaos/signaling/judge/judge.ts";
import type { ChaosReport } from "../../../chaos/signaling/report.ts";
import { tell } from "../../../chaos/signaling/story.ts";
import { sumOf } from "../../../chaos/sum-of.ts";
import { WrittenLedger } from "./judge/written-ledger.ts";

/** An offer that arrived, and one that got lost. */
function reportOf(): ChaosReport {
  const written = new WrittenLedger();
  const master = written.page(written.member("MASTER"));
  const viewer = written.page(written.member("viewer-1"));
  const arrived = written.send(viewer);
  written.arrive(master, arrived);
  written.answer(viewer, arrived);
  written.answer(viewer, written.send(viewer, { ufrag: "u2" }));
  const ledger = written.done();
  const { violations, counts } = judge(ledger);
  const phase = { negotiations: 2, fired: { sqs: 3 }, kills: 0, counts };
  return {
    chaos: "signaling",
    seed: 7,
    negotiations: 4,
    seconds: 1.5,
    phases: { definite: phase, ambiguous: sumOf(phase, phase) },
    violations: violations.map((one) => ({ ...one, wave: "definite-1", story: tell(ledger, one) })),
  };
}

test("shows each phase and the sum of all", () => {
  const table = chaosTable(reportOf());
  expect(table).toMatch(/^signaling: seed 7, 2 s\.$/m);
  expect(table).toMatch(/^ +definite +ambiguous +all$/m);
  expect(table).toMatch(/^negotiations +2 +4 +6$/m);
  expect(table).toMatch(/^ {2}sqs +3 +6 +9$/m);
  expect(table).toMatch(/^frames +2 +4 +6$/m);
  expect(table).toMatch(/^what became of the frames +2 +4 +6$/m);
  expect(table).toMatch(/^ {2}lost +1 +2 +3$/m);
});

test("tells a violation's story from the ledger", () => {
  const table = chaosTable(reportOf());
  expect(table).toMatch(/^ +1 {2}nothing lost: what was accepted arrives, or its end is reported$/m);
  expect(table).toMatch(/^nothing lost, in definite-1: It was answered delivered, and it did not arrive/m);
  expect(table).toMatch(
    /^ +0\.000 s {2}f1 sent by t-room-viewer-1 on s1 to MASTER: SDP_OFFER, ufrag u2, id-f1$/m,
  );
  expect(table).toMatch(/^ +0\.001 s {2}f1 answered delivered on s1, frame id id of f1$/m);
  expect(table).not.toContain("f0 sent");
});

test("says so when no promise was broken", () => {
  expect(chaosTable({ ...reportOf(), violations: [] })).toMatch(/\nNo promise was broken\.$/);
});
