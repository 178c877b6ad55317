import { fates } from "./judge/judge-fates.ts";
import { promises } from "./judge/violation.ts";
import type { ChaosReport, PhaseReport } from "./report.ts";

const shown = 5;

/** What a person reads. */
export function chaosTable(report: ChaosReport): string {
  const phases = Object.entries(report.phases);
  const values = phases.map(([, phase]) => phase);
  const row = (name: string, number: (phase: PhaseReport) => number): string[] => [
    name,
    ...values.map((phase) => whole(number(phase))),
    whole(values.reduce((sum, phase) => sum + number(phase), 0)),
  ];
  const rows = (of: (phase: PhaseReport) => Readonly<Record<string, number>>): string[][] =>
    [...new Set(values.flatMap((phase) => Object.keys(of(phase))))]
      .sort()
      .map((name) => row(`  ${name}`, (phase) => of(phase)[name] ?? 0));
  return [
    `signaling: seed ${report.seed}, ${report.seconds.toFixed(0)} s.`,
    "",
    ...columns([
      ["", ...phases.map(([name]) => name), "all"],
      row("negotiations", ({ negotiations }) => negotiations),
      row("waves", ({ counts }) => counts.waves),
      row("  in which calls may have timed out", ({ counts }) => counts.slowWaves),
      row("clients", ({ counts }) => counts.clients),
      row("connections", ({ counts }) => counts.connections),
      [],
      ["injected"],
      ...rows(({ fired }) => fired),
      row("  instances killed", ({ kills }) => kills),
      [],
      row("frames", ({ counts }) => sum(counts.frames)),
      ...rows(({ counts }) => counts.frames),
      row("sent, again included", ({ counts }) => counts.sends),
      [],
      row("answers", ({ counts }) => sum(counts.answers)),
      ...rows(({ counts }) => counts.answers),
      row("invocations that failed", ({ counts }) => counts.gatewayErrors),
      row("reports", ({ counts }) => sum(counts.reports)),
      ...rows(({ counts }) => counts.reports),
      [],
      row("what became of the frames", ({ counts }) => sum(counts.fates)),
      ...fates.map((fate) => row(`  ${fate}`, ({ counts }) => counts.fates[fate])),
      [],
      row("repeated after a resend", ({ counts }) => counts.repeatsAfterResend),
      row("repeated after ambiguity", ({ counts }) => counts.repeatsAfterAmbiguity),
      row("received after its end", ({ counts }) => counts.receivedAfterEnd),
      row("received, unreported", ({ counts }) => counts.receivedUnreported),
      row("sequence gaps told", ({ counts }) => counts.gaps),
      row("receipts passed on", ({ counts }) => counts.acknowledgements),
    ]),
    "",
    ...violations(report),
  ].join("\n");
}

function violations({ violations }: ChaosReport): string[] {
  if (violations.length === 0) return ["No promise was broken."];
  const byPromise = Object.groupBy(violations, ({ promise }) => promise);
  return [
    `${violations.length} violations:`,
    ...Object.entries(byPromise).map(([promise, some = []]) => {
      const meaning = promises[promise as keyof typeof promises];
      return `  ${String(some.length).padStart(4)}  ${promise}: ${meaning}`;
    }),
    ...Object.values(byPromise).flatMap((some = []) =>
      some
        .slice(0, shown)
        .flatMap(({ promise, wave, says, story }) => [
          "",
          `${promise}, in ${wave}: ${says}`,
          ...story.map((line) => `  ${line}`),
        ]),
    ),
  ];
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** Rows as lines: the first column to the left, the others to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");
