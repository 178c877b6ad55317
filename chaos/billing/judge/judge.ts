import type { CallRecord, Ledger, SettledRecord, StatusRecord, StripeSubscription } from "../ledger.ts";
import type { Violation } from "./violation.ts";

const hour = 60 * 60 * 1_000;
const day = 24 * hour;

/** How long access may outlive its end while calls fail: a reconciliation walks once an hour, and may fail twice. */
export const troubledBound = 3 * hour;
/** `pastDueGraceDays` of the program under test. */
const grace = 7 * day;

const ended = new Set(["canceled", "incomplete_expired"]);
const isLive = (status: string) => !ended.has(status) && status !== "incomplete";

/** Finds every promise that the ledger shows broken. */
export function judge(ledger: Ledger): Violation[] {
  const calls = Map.groupBy(ledger.calls, ({ customer }) => customer);
  const statuses = Map.groupBy(ledger.statuses, ({ customer }) => customer);
  return [
    ...ledger.customers.flatMap((customer) => [
      ...doubles(customer, statuses.get(customer) ?? []),
      ...keys(customer, calls.get(customer) ?? []),
      ...failures(customer, calls.get(customer) ?? [], ledger.healed.order),
      ...lateProofs(customer, calls.get(customer) ?? [], statuses.get(customer) ?? []),
    ]),
    ...ledger.settled.flatMap((settled) => converged(settled, statuses.get(settled.customer) ?? [])),
  ];
}

function doubles(customer: string, statuses: readonly StatusRecord[]): Violation[] {
  const live = new Set<string>();
  for (const { subscription, status } of statuses) {
    if (isLive(status)) live.add(subscription);
    else live.delete(subscription);
    if (live.size < 2) continue;
    return [{ promise: "one subscription", customer, says: `At once live: ${[...live].join(", ")}.` }];
  }
  return [];
}

const isFinal = ({ status, retryable }: CallRecord) => status > 0 && retryable !== true;

function keys(customer: string, calls: readonly CallRecord[]): Violation[] {
  const violations: Violation[] = [];
  const keyed = Map.groupBy(
    calls.filter(({ key }) => key !== undefined),
    ({ key }) => key,
  );
  for (const [key, all] of keyed) {
    const [first] = all;
    if (!first) continue;
    const same = all.filter(({ body, action }) => body === first.body && action === first.action);
    for (const { status, code } of all.filter((each) => !same.includes(each) && isFinal(each))) {
      if (code === "idempotency_key_reused") continue;
      violations.push({
        promise: "same answer",
        customer,
        says: `${key} had another body, and got ${status} ${code ?? ""}.`,
      });
    }
    if (!same.some(isFinal)) {
      const last = same.at(-1);
      violations.push({
        promise: "answered at last",
        customer,
        says: `${key} (${first.action}) was sent ${same.length} times, at last ${last?.status} ${last?.code ?? ""}.`,
      });
    }
    if (first.action === "buy") violations.push(...answers(customer, String(key), same));
  }
  return violations;
}

/** What was made is told again and again, whenever the key comes after that. */
function answers(customer: string, key: string, calls: readonly CallRecord[]): Violation[] {
  const made = calls.filter((call) => call.status === 201);
  const things = new Set(made.map((call) => call.made));
  const firstEnd = Math.min(...made.map(({ ended: end }) => end.order));
  const refused = calls.find((call) => isFinal(call) && call.status !== 201 && call.began.order > firstEnd);
  const say = (says: string): Violation[] => [{ promise: "same answer", customer, says }];
  const pages = new Set(made.flatMap(({ page }) => page ?? []));
  if (pages.size > 1) return say(`${key} made ${[...pages].join(" and ")}.`);
  if (things.size > 1) return say(`${key} made ${[...things].join(" and ")}.`);
  return refused ? say(`${key} had made something, and then got ${refused.status} ${refused.code}.`) : [];
}

/** docs/errors.md */
const documented = new Set([
  ...["payment_unavailable", "keys_unavailable", "storage_unavailable"].map((code) => `503 ${code}`),
  ...["500 internal", "502 internal", "503 internal", "504 timeout"],
]);

function failures(customer: string, calls: readonly CallRecord[], healed: number): Violation[] {
  return calls.flatMap((call): Violation[] => {
    const { status, code, retryable, action, began } = call;
    if (status !== 0 && status < 500) return [];
    const says = `${action} got ${status} ${code ?? ""}${retryable ? ", retryable" : ""}`;
    if (began.order > healed)
      return [{ promise: "known failures", customer, says: `${says}, and nothing failed.` }];
    const isKnown = status !== 0 && retryable === true && documented.has(`${status} ${code}`);
    return isKnown ? [] : [{ promise: "known failures", customer, says: `${says}.` }];
  });
}

interface Interval {
  readonly from: number;
  readonly to: number;
  readonly status: string;
}

/** When each subscription had which status. */
function intervals(statuses: readonly StatusRecord[]): Interval[] {
  const bySubscription = Map.groupBy(statuses, ({ subscription }) => subscription);
  return [...bySubscription.values()].flatMap((all) =>
    all.map(({ at, status }, index) => ({ from: at, to: all[index + 1]?.at ?? Infinity, status })),
  );
}

/** Until when the intervals allow access: a failed payment has its grace from its first failure. */
function allowedUntil(all: readonly Interval[], before: number): number {
  return Math.max(
    -Infinity,
    ...all
      .filter(({ from }) => from <= before)
      .map(({ from, to, status }) => {
        if (status === "active" || status === "trialing") return to;
        return status === "past_due" ? Math.min(to, from + grace + troubledBound) : -Infinity;
      }),
  );
}

/** An event has the second in which it happened. */
const second = 1_000;

function lateProofs(
  customer: string,
  calls: readonly CallRecord[],
  statuses: readonly StatusRecord[],
): Violation[] {
  const all = intervals(statuses);
  return calls.flatMap(({ action, status, began, ended: end }): Violation[] => {
    if (action !== "proof" || status !== 201) return [];
    const late = began.earliest - allowedUntil(all, end.latest + second);
    if (late <= troubledBound) return [];
    const since = Number.isFinite(late)
      ? `${(late / hour).toFixed(1)} hours after access ended`
      : "never paid";
    return [{ promise: "access ended", customer, says: `A proof was given, ${since}.` }];
  });
}

/** What is wrong with a customer although every repair had its time. */
export function converged(settled: SettledRecord, statuses: readonly StatusRecord[]): Violation[] {
  const { customer, at, stripe, own, proof, payers } = settled;
  const violations: Violation[] = [];
  const say = (promise: Violation["promise"], says: string) => violations.push({ promise, customer, says });
  if (payers > 1) say("one customer", `Subscriptions belong to ${payers} customers at Stripe.`);
  if (own === undefined) say("rows converged", "GET /subscription had no answer.");
  const says = (own?.subscriptions ?? []).map(lineOf).sort().join("; ");
  const expected = stripe
    .filter(({ status }) => !ended.has(status))
    .map(lineOf)
    .sort()
    .join("; ");
  if (own && says !== expected) {
    say(
      "rows converged",
      `Stripe has ${expected || "nothing"}; GET /subscription says ${says || "nothing"}.`,
    );
  }
  const state = stripe.map(({ status }) => status).join(", ") || "no subscription";
  const access = `${proof === 201 ? "a proof" : `${proof} instead of a proof`} and ${own?.plan ?? "no plan"}`;
  if (stripe.some(mustGive) && (proof !== 201 || own?.plan === undefined))
    say("access given", `Stripe has ${state}, and there is ${access}.`);
  const mayGive = stripe.some(
    ({ id, status }) =>
      status === "active" ||
      status === "trialing" ||
      (status === "past_due" &&
        isInGrace(
          statuses.filter(({ subscription }) => subscription === id),
          at.earliest,
        )),
  );
  if (!mayGive && (proof === 201 || own?.plan !== undefined))
    say("access ended", `Stripe has ${state}, and there is ${access}.`);
  return violations;
}

/** A new period's invoice is a draft for an hour, and who never was seen paid waits for it. */
const mustGive = ({ status, newestInvoice }: StripeSubscription) =>
  status === "trialing" || (status === "active" && newestInvoice === "paid");

function isInGrace(statuses: readonly StatusRecord[], now: number): boolean {
  const since = statuses.findLast(
    ({ status }, index) => status === "past_due" && statuses[index - 1]?.status !== status,
  );
  return since === undefined || now < since.at + grace + troubledBound;
}

const lineOf = (one: Omit<StripeSubscription, "id" | "customer" | "newestInvoice">): string =>
  `${one.status} ${one.plan ?? "?"} until ${new Date(one.periodEnd).toISOString()}${one.cancelAtPeriodEnd ? ", ending" : ""}`;
