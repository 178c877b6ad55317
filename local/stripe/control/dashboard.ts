import type { Account } from "../account.ts";
import { invalid } from "../api/stripe-error.ts";
import { cancelSubscription } from "../billing/cancel-subscription.ts";
import { canMove } from "../billing/subscription-states.ts";
import { foundIn } from "../found-in.ts";

/** What a person sees of a customer in Stripe's Dashboard, as far as one acts on it there. Newest first. */
export interface CustomerSummary {
  readonly id: string;
  readonly subscriptions: readonly { readonly id: string; readonly status: string }[];
  readonly charges: readonly {
    readonly id: string;
    readonly status: string;
    /** In the currency's smallest unit. */
    readonly amount: number;
    readonly currency: string;
    readonly disputed: boolean;
  }[];
}

/** Throws Stripe's refusal, 404, for a customer that there is not. */
export function customerSummary(account: Account, id: string): CustomerSummary {
  foundIn(account.customers, "customer", id);
  const isOwn = ({ customer }: { readonly customer: string | null }) => customer === id;
  return {
    id,
    subscriptions: account.subscriptions
      .newestFirst()
      .filter(isOwn)
      .map(({ id, status }) => ({ id, status })),
    charges: account.charges
      .newestFirst()
      .filter(isOwn)
      .map(({ id, status, amount, currency, disputed }) => ({ id, status, amount, currency, disputed })),
  };
}

/** Ends a subscription at once. Throws Stripe's refusal for one that has ended. */
export function cancelNow(account: Account, id: string): { readonly id: string; readonly status: string } {
  const { status } = foundIn(account.subscriptions, "subscription", id);
  if (!canMove(status, "cancel")) throw invalid(`Subscription ${id} is ${status} and cannot be canceled.`);
  return { id, status: cancelSubscription(account, id, "cancellation_requested").status };
}
