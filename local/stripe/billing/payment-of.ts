import type { Account } from "../account.ts";
import type { InvoicePayment } from "../stored.ts";

/** The payment that an invoice, or a payment intent, belongs to; undefined while it has come to none. */
export const paymentOf = (account: Account, id: string): InvoicePayment | undefined =>
  account.invoicePayments.get(account.paymentIds.get(id) ?? "");
