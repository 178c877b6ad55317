import type { SubscriptionState } from "./billing-client.ts";
import { explainDenial } from "./denial-words.ts";

/** What the room shows of a user, by the `data-part` of its place. */
export type StateWords = Readonly<Record<"status" | "plan" | "access" | "purchase" | "renewal", string>>;

/** `2026-11-29 03:44 UTC`; what is no time stays as it is. */
export function timeWords(time: string | number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Says in words what the billing API says of a user. */
export function stateWords(state: SubscriptionState): StateWords {
  const { status, plan, accessUntil, denied, pending, subscriptions } = state;
  const [first] = subscriptions;
  return {
    status,
    plan: planWords(plan, first?.pendingPlan),
    access:
      plan === undefined
        ? `none (${explainDenial(denied ?? "no_subscription")})`
        : `until ${timeWords(accessUntil ?? "")}`,
    purchase: pending ? "open: not seen paid yet" : "none open",
    renewal: first === undefined ? "–" : renewalWords(first),
  };
}

const planWords = (plan: string | undefined, pending: string | undefined): string => {
  if (pending === undefined) return plan ?? "none";
  return `${plan ?? "none"}; ${pending} when it is paid`;
};

const renewalWords = ({
  cancelAtPeriodEnd,
  currentPeriodEnd,
}: SubscriptionState["subscriptions"][number]): string =>
  `${cancelAtPeriodEnd ? "ends" : "renews"} ${timeWords(currentPeriodEnd)}`;
