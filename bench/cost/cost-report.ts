import { type CountedStep, candidatesEachWay, type Step } from "../../tests/journeys/counted-call.ts";
import { columns, whole } from "../columns.ts";
import { type Machine, machineLine } from "../machine.ts";
import type { CallUsage } from "./call-usage.ts";
import { breakEvenCalls, type KvsCost, type PricedLine, total } from "./price-call.ts";
import { type PriceName, prices } from "./prices.ts";

export interface CountedScenario {
  readonly name: string;
  readonly steps: readonly CountedStep[];
  readonly usage: CallUsage;
  readonly lines: readonly PricedLine[];
}

export interface CostReport {
  readonly bench: "cost";
  readonly machine: Machine;
  readonly assumed: { readonly minutes: number; readonly millisecondsPerCall: number };
  readonly scenarios: readonly CountedScenario[];
  readonly kvs: KvsCost;
}

type Budget = readonly [warm: number, otherwise: number];

/** AWS calls that a step may make, by scenario; of the whole set-up at the end. */
const budgets: Readonly<Partial<Record<Step, Budget>> & { whole: Budget }> = {
  offer: [5, 5],
  answer: [5, 5],
  candidate: [1, 2],
  whole: [45, 80],
};
const stepNames: readonly Step[] = ["connect", "offer", "answer", "candidate", "disconnect"];

const priceWords: Readonly<Record<Exclude<PriceName, `kvs${string}`>, string>> = {
  webSocketMessage: "WebSocket messages",
  connectionMinute: "connection minutes",
  lambdaRequest: "Lambda requests",
  lambdaGigabyteSecond: "Lambda GB-seconds, assumed",
  readRequestUnit: "DynamoDB read units",
  writeRequestUnit: "DynamoDB write units",
  logGigabyte: "log lines, GB",
};

/** What a person reads. */
export function costTable({ machine, assumed, scenarios, kvs }: CostReport): string {
  const names = scenarios.map(({ name }) => name);
  return [
    `cost: one call's set-up, ${candidatesEachWay} candidates each way, one frame at a time; proofs are fetched before.`,
    machineLine(machine),
    "",
    ...columns([
      ["AWS calls, counted", ...names, "budget warm", "otherwise"],
      ...stepNames.map((step) => [
        step,
        ...scenarios.map(({ steps }) => eachOf(steps.filter((one) => one.step === step))),
        ...(budgets[step]?.map(String) ?? ["–", "–"]),
      ]),
      [
        "whole set-up",
        ...scenarios.map(({ steps }) => String(sum(steps.map(callsOf)))),
        ...budgets.whole.map(String),
      ],
    ]),
    "",
    ...columns([["By function and operation", ...names], ...byOperation(scenarios)]),
    "",
    ...columns([
      ["Dollars for a million calls", ...names],
      ...Object.entries(priceWords).map(([price, words]) => [
        words,
        ...scenarios.map(({ lines }) => dollars(lines.find((line) => line.price === price)?.dollars ?? 0)),
      ]),
      ["Synapse-D", ...scenarios.map(({ lines }) => dollars(total(lines)))],
      ["KVS, if it charges a relayed frame once", ...names.map(() => dollars(kvs.once))],
      ["KVS, if it charges a relayed frame twice", ...names.map(() => dollars(kvs.twice))],
    ]),
    "",
    `KVS adds $${prices.kvsActiveChannelMonth.dollars.toFixed(2)} for each channel that is used in a month; Synapse-D has no such charge.`,
    ...breakEvenLines(scenarios, kvs),
    `Assumed: sockets open for ${assumed.minutes} min each, ${assumed.millisecondsPerCall} ms of Lambda for each AWS call, rows of up to 1 KB. Left out:`,
    "starting an instance, the START, END and REPORT lines of Lambda, metrics, storage, data transfer, proofs.",
    ...unpricedLines(scenarios),
    "",
    ...columns([
      ["Price", "dollars", "for", "as of", "page"],
      ...Object.entries(prices).map(([name, price]) => [
        name,
        decimal(price.dollars),
        price.per.toLocaleString("en"),
        price.asOf,
        price.page,
      ]),
    ]),
  ].join("\n");
}

const callsOf = ({ calls }: CountedStep): number => sum(calls.map((one) => one.calls));
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const decimal = (value: number): string => value.toLocaleString("en", { maximumSignificantDigits: 8 });
const dollars = (value: number): string => value.toFixed(2);

/** `2` when all steps of a kind took two calls, else how many took how many: `18 of 2, 2 of 3`. */
function eachOf(steps: readonly CountedStep[]): string {
  const counts = [...Map.groupBy(steps.map(callsOf), (calls) => calls)].sort(([a], [b]) => a - b);
  if (counts.length === 1) return String(counts[0]?.[0]);
  return counts.map(([calls, { length }]) => `${length} of ${calls}`).join(", ");
}

function byOperation(scenarios: readonly CountedScenario[]): string[][] {
  const rows = new Map<string, number[]>();
  const add = (what: string, scenario: number, uses: number) => {
    const row = rows.get(what) ?? scenarios.map(() => 0);
    row[scenario] = (row[scenario] ?? 0) + uses;
    rows.set(what, row);
  };
  for (const [scenario, { steps }] of scenarios.entries()) {
    for (const { calls, invocations } of steps) {
      for (const [name, count] of Object.entries(invocations)) add(`${name}, invoked`, scenario, count);
      for (const one of calls) add(`${one.function} ${one.operation} ${one.resource}`, scenario, one.calls);
    }
  }
  return [...rows]
    .sort(([a], [b]) => a.localeCompare(b, "en"))
    .map(([what, row]) => [what, ...row.map(String)]);
}

function breakEvenLines([warm]: readonly CountedScenario[], kvs: KvsCost): string[] {
  const calls = warm && breakEvenCalls(total(warm.lines), kvs.once, prices);
  if (calls === undefined) return [];
  return [
    `So, ${warm?.name} and a relayed frame charged once, KVS costs more up to ${whole(calls)} calls a channel and month.`,
  ];
}

function unpricedLines(scenarios: readonly CountedScenario[]): string[] {
  const operations = new Set(
    scenarios.flatMap(({ usage }) => usage.unpriced.map(({ operation }) => operation)),
  );
  return operations.size === 0 ? [] : [`Counted but not priced: ${[...operations].join(", ")}.`];
}
