import { columns, milliseconds, whole } from "../columns.ts";
import { type Machine, machineLine } from "../machine.ts";
import type { LoadFigures } from "./load-figures.ts";

export interface LoadReport {
  readonly bench: "load";
  readonly machine: Machine;
  readonly target: string;
  readonly settings: { readonly rate: number; readonly seconds: number; readonly hold: number };
  readonly framesOfACall: number;
  /** Calls one after the other. */
  readonly alone: LoadFigures;
  /** Of the calls that kept coming, by when they began. */
  readonly quarters: readonly LoadFigures[];
  readonly all: LoadFigures;
  readonly failures: readonly { readonly failure: string; readonly calls: number }[];
}

/** What a person reads. */
export function loadTable(report: LoadReport): string {
  const { target, settings, framesOfACall, alone, quarters, all, failures } = report;
  const { rate, seconds, hold } = settings;
  const [first, last] = [quarters[0], quarters.at(-1)];
  return [
    `${rate} calls begin in a second, for ${whole(seconds)} s, on ${target}. Each has two sockets and ${framesOfACall} frames,`,
    `and stays for ${whole(hold)} s.`,
    "",
    ...columns([
      ["", "calls", "failed", "retried", "set-up median", "p99", "frame median", "p99", "memory"],
      ...[alone, ...quarters, all].map(row),
    ]),
    "",
    `Beside a call alone: ${times(all.setUpMedian, alone.setUpMedian)} set-up, ${times(all.frameMedian, alone.frameMedian)} frame.`,
    `The last quarter beside the first: ${times(last?.setUpMedian, first?.setUpMedian)} set-up, ${times(last?.frameMedian, first?.frameMedian)} frame.`,
    ...failures.map(({ failure, calls }) => `${whole(calls)} failed: ${failure}`),
    machineLine(report.machine),
  ].join("\n");
}

const row = (figures: LoadFigures): string[] => [
  figures.name,
  ...[figures.calls, figures.failed, figures.retried].map(whole),
  ...[figures.setUpMedian, figures.setUpP99, figures.frameMedian, figures.frameP99].map((value) =>
    value === undefined ? "-" : milliseconds(value),
  ),
  figures.memory === undefined ? "-" : `${whole(figures.memory / 1_000_000)} MB`,
];

const times = (one: number | undefined, other: number | undefined): string =>
  one === undefined || other === undefined ? "-" : `${(one / other).toFixed(2)} ×`;
