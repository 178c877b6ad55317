import type { Account } from "../account.ts";
import { emit } from "../event-log.ts";
import { invoiceLine, invoiceObject } from "../invoice-object.ts";
import type { Invoice, Subscription, SubscriptionItem } from "../stored.ts";
import { subscriptionOf } from "./change-subscription.ts";

export interface Draft {
  readonly subscription: string;
  readonly reason: Invoice["billing_reason"];
  readonly items: readonly SubscriptionItem[];
  /** Instead of price times quantity, for all items together. */
  readonly amount?: number;
  readonly isTrial?: boolean;
  readonly autoAdvance?: boolean;
  readonly finalizesAt?: number | null;
}

/** Makes a draft of an invoice, tells `invoice.created`, and makes it the subscription's newest. */
export function draftInvoice(account: Account, draft: Draft): Invoice {
  const subscription = subscriptionOf(account, draft.subscription);
  const invoice = account.invoices.put(builtInvoice(account, subscription, draft));
  account.subscriptions.patch(subscription.id, { latest_invoice: invoice.id });
  emit(account, "invoice.created", invoice);
  return invoice;
}

/** The invoice as it would be, kept nowhere. */
export function builtInvoice(account: Account, subscription: Subscription, draft: Draft): Invoice {
  const customer = account.customers.get(subscription.customer);
  if (!customer) throw new Error(`the fake has no ${subscription.customer}`);
  const id = account.newId("in_");
  const { amount: whole, items } = draft;
  const lines = items.map((item, index) => {
    const amount = draft.isTrial ? 0 : whole === undefined ? amountOf([item]) : index === 0 ? whole : 0;
    const name = account.products.get(item.price.product)?.name ?? item.price.product;
    const description = draft.isTrial ? `Trial period for ${name}` : `${item.quantity ?? 1} × ${name}`;
    return invoiceLine({
      id: account.newId("il_"),
      invoice: id,
      item,
      amount,
      description,
      proration: whole !== undefined,
    });
  });
  return invoiceObject({
    id,
    customer,
    subscription,
    created: account.now(subscription.test_clock),
    reason: draft.reason,
    lines,
    autoAdvance: draft.autoAdvance ?? true,
    finalizesAt: draft.finalizesAt ?? null,
  });
}

/** What items cost in one period, in the smallest unit of the currency. */
export const amountOf = (items: readonly SubscriptionItem[]): number =>
  items.reduce((sum, { price, quantity = 1 }) => sum + (price.unit_amount ?? 0) * quantity, 0);
