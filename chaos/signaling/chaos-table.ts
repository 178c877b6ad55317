import { columns, whole } from "../../bench/columns.ts";
import { violationLines } from "../violation-lines.ts";
import { fates } from "./judge/judge-fates.ts";
import { promises } from "./judge/violation.ts";
import type { ChaosReport, PhaseReport } from "./report.ts";

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
    ...violationLines(promises, report.violations),
  ].join("\n");
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
