import type { Account } from "../account.ts";
import type { Invoice } from "../stored.ts";

/** The invoices of a subscription, newest first. */
export const invoicesOf = (account: Account, subscription: string): Invoice[] =>
  [...(account.invoiceIds.get(subscription) ?? [])].reverse().flatMap((id) => account.invoices.get(id) ?? []);

/** No invoice of the subscription is finalized or tried by itself any more. */
export function stopCollection(account: Account, subscription: string): void {
  for (const { id, status } of invoicesOf(account, subscription)) {
    if (status !== "draft" && status !== "open") continue;
    account.invoices.patch(id, {
      auto_advance: false,
      automatically_finalizes_at: null,
      next_payment_attempt: null,
    });
  }
}
