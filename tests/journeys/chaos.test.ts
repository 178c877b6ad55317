import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import type { BillingReport } from "../../chaos/billing/report.ts";
import type { ChaosReport } from "../../chaos/signaling/report.ts";
import { runToEnd } from "./run-to-end.ts";

const root = join(import.meta.dirname, "..", "..");
let running: ChildProcess | undefined;
afterAll(() => {
  if (running?.exitCode === null) running.kill("SIGTERM");
});

/** `npm run chaos -- …`, without npm. */
async function chaos(...args: string[]) {
  const { code, stdout, stderr } = await runToEnd(
    [process.execPath, "chaos/run.ts", ...args],
    root,
    (child) => {
      running = child;
    },
  );
  return { code, output: stdout, complaints: stderr };
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

test("while calls fail, instances die and time moves, no promise is broken and every frame is accounted for", async () => {
  const { code, output, complaints } = await chaos(
    "signaling",
    "--negotiations",
    "16",
    "--seed",
    "11",
    "--json",
  );
  const report: ChaosReport = JSON.parse(output || "{}");
  expect({ complaints, violations: report.violations }).toEqual({ complaints, violations: [] });
  expect(code).toBe(0);
  expect(Object.keys(report.phases)).toEqual(["calm", "definite", "ambiguous"]);
  for (const phase of Object.values(report.phases)) {
    expect(sum(phase.counts.fates)).toBe(sum(phase.counts.frames));
  }
  // The calm phase has two negotiations, and one who vanishes may be in both.
  const received = Object.values(report.phases).map(({ counts }) => counts.fates.received ?? 0);
  expect(received.reduce((total, count) => total + count, 0)).toBeGreaterThan(20);
  expect(sum(report.phases.definite?.fired ?? {})).toBeGreaterThan(0);
  expect(sum(report.phases.ambiguous?.fired ?? {})).toBeGreaterThan(0);
}, 180_000);

test("while calls fail, functions die and webhooks are lost, nobody pays twice, and access is what Stripe says", async () => {
  const { code, output, complaints } = await chaos(
    "billing",
    "--subscriptions",
    "12",
    "--seed",
    "20",
    "--json",
  );
  const report: BillingReport = JSON.parse(output || "{}");
  expect({ complaints, violations: report.violations }).toEqual({ complaints, violations: [] });
  expect(code).toBe(0);
  expect(Object.keys(report.phases)).toEqual(["ambiguous"]);
  const { customers, settled, fired = {}, statuses } = report.phases.ambiguous ?? {};
  expect([customers, sum(settled ?? {})]).toEqual([12, 24]);
  for (const injected of ["dynamodb", "lambda", "webhook lose", "webhook reorder"]) {
    expect([injected, fired[injected]]).toEqual([injected, expect.any(Number)]);
  }
  expect(statuses?.canceled).toBeGreaterThan(2);
}, 180_000);

test("a run that is not known is refused with what there is", async () => {
  const { code, complaints } = await chaos("signalling");
  expect(complaints).toBe('chaos: There is no chaos run "signalling"; expected signaling or billing.\n');
  expect(code).toBe(1);
});
