import type { Violation } from "./judge/violation.ts";
import type { Ledger } from "./ledger.ts";
import type { Trouble, WaveResult } from "./load/wave.ts";

export type Counts = Readonly<Record<string, number>>;

export interface PhaseReport {
  readonly customers: number;
  /** How often a fault was injected: by service, and at Stripe and its webhooks by kind. */
  readonly fired: Counts;
  /** Instances that were killed in the middle of an invocation. */
  readonly kills: number;
  /** Requests to the billing API, by action. */
  readonly requests: Counts;
  /** Their answers, by status and code. */
  readonly answers: Counts;
  /** How often a subscription came to have a status. */
  readonly statuses: Counts;
  /** Customers who were looked at when all had settled, by what they then had. */
  readonly settled: Counts;
}

export interface BillingReport {
  readonly chaos: "billing";
  readonly seed: number;
  readonly subscriptions: number;
  readonly seconds: number;
  readonly phases: Partial<Readonly<Record<Trouble, PhaseReport>>>;
  readonly violations: readonly (Violation & {
    readonly wave: string;
    /** The ledger's entries about the customer, in order. */
    readonly story: readonly string[];
  })[];
}

export function phaseOf({ ledger, fired, kills }: WaveResult): PhaseReport {
  const { customers, calls, statuses, settled } = ledger;
  return {
    customers: customers.length,
    fired,
    kills,
    requests: countBy(calls, ({ action }) => action),
    answers: countBy(calls, ({ status, code }) => (status === 0 ? "none" : `${status} ${code ?? ""}`.trim())),
    statuses: countBy(statuses, ({ status }) => status),
    settled: countBy(
      settled,
      ({ own, proof }) => `${own?.plan ?? "no plan"}, ${proof === 201 ? "a proof" : proof}`,
    ),
  };
}

function countBy<Item>(items: readonly Item[], name: (item: Item) => string): Counts {
  const groups = Map.groupBy(items, name);
  return Object.fromEntries([...groups].map(([key, some]) => [key, some.length]));
}

/** What the ledger has about a customer, in the order of time. */
export function storyOf({ calls, statuses, settled }: Ledger, name: string): string[] {
  const time = (at: number) => new Date(at).toISOString();
  const entries: readonly (readonly [number, string])[] = [
    ...calls
      .filter(({ customer }) => customer === name)
      .map((call) => {
        const { action, key = "", body = "", status, code = "", made = "" } = call;
        const words = [action, key, body, "→", status || "no answer", code, made];
        return [call.began.earliest, words.filter((word) => word !== "").join(" ")] as const;
      }),
    ...statuses
      .filter(({ customer }) => customer === name)
      .map(({ at, subscription, status }) => [at, `Stripe: ${subscription} is ${status}`] as const),
    ...settled
      .filter(({ customer }) => customer === name)
      .map(({ at, stripe, own, proof }) => {
        const words = [
          `settled: proof ${proof}`,
          `Stripe ${JSON.stringify(stripe)}`,
          `own ${JSON.stringify(own)}`,
        ];
        return [at.earliest, words.join(", ")] as const;
      }),
  ];
  return entries.toSorted(([a], [b]) => a - b).map(([at, words]) => `${time(at)}  ${words}`);
}
