import { columns, whole } from "../../bench/columns.ts";
import { violationLines } from "../violation-lines.ts";
import { promises } from "./judge/violation.ts";
import type { BillingReport, Counts, PhaseReport } from "./report.ts";

/** What a person reads. */
export function billingTable(report: BillingReport): string {
  const phases = Object.entries(report.phases);
  const values = phases.map(([, phase]) => phase);
  const row = (name: string, number: (phase: PhaseReport) => number): string[] => [
    name,
    ...values.map((phase) => whole(number(phase))),
    whole(values.reduce((total, phase) => total + number(phase), 0)),
  ];
  const part = (name: string, of: (phase: PhaseReport) => Counts): string[][] => [
    [],
    row(name, (phase) => Object.values(of(phase)).reduce((total, count) => total + count, 0)),
    ...[...new Set(values.flatMap((phase) => Object.keys(of(phase))))]
      .sort()
      .map((key) => row(`  ${key}`, (phase) => of(phase)[key] ?? 0)),
  ];
  return [
    `billing: seed ${report.seed}, ${report.seconds.toFixed(0)} s.`,
    "",
    ...columns([
      ["", ...phases.map(([name]) => name), "all"],
      row("customers", ({ customers }) => customers),
      ...part("injected", ({ fired }) => fired),
      row("instances killed", ({ kills }) => kills),
      ...part("requests", ({ requests }) => requests),
      ...part("answers", ({ answers }) => answers),
      ...part("statuses at Stripe", ({ statuses }) => statuses),
      ...part("looked at when settled", ({ settled }) => settled),
    ]),
    "",
    ...violationLines(promises, report.violations),
  ].join("\n");
}
