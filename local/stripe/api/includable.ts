import type { Account } from "../account.ts";
import { paymentOf } from "../billing/payment-of.ts";
import type { Charge, CheckoutSession, Customer, Invoice } from "../stored.ts";
import { taxIdsOf } from "../tax-ids.ts";
import { pageOf } from "./page-of.ts";

type Include = (account: Account, object: never) => unknown;

/** What an object has only when `expand` names it, by type of object. */
export const includable: Readonly<
  Record<string, Readonly<Record<string, (account: Account, object: object) => unknown>>>
> = {
  invoice: {
    confirmation_secret: include((account, invoice: Invoice) => {
      const intent = account.paymentIntents.get(paymentOf(account, invoice.id)?.payment.payment_intent ?? "");
      return intent?.client_secret ? { client_secret: intent.client_secret, type: "payment_intent" } : null;
    }),
    payments: include((account, invoice: Invoice) =>
      listOf(
        account.invoicePayments.newestFirst().filter((payment) => payment.invoice === invoice.id),
        "/v1/invoice_payments",
      ),
    ),
  },
  customer: {
    tax_ids: include((account, { id }: Customer) =>
      listOf(taxIdsOf(account, id), `/v1/customers/${id}/tax_ids`),
    ),
    subscriptions: include((account, { id }: Customer) =>
      listOf(
        account.subscriptions
          .newestFirst()
          .filter(({ customer, status }) => customer === id && status !== "canceled"),
        `/v1/customers/${id}/subscriptions`,
      ),
    ),
  },
  charge: {
    refunds: include((account, { id }: Charge) =>
      listOf(
        account.refunds.newestFirst().filter(({ charge }) => charge === id),
        `/v1/charges/${id}/refunds`,
      ),
    ),
  },
  "checkout.session": {
    line_items: include((account, { id }: CheckoutSession) =>
      listOf(account.lineItems.get(id) ?? [], `/v1/checkout/sessions/${id}/line_items`),
    ),
  },
};

function include(read: Include): (account: Account, object: object) => unknown {
  // The table's key is the object's type.
  return (account, object) => read(account, object as never);
}

const listOf = (items: readonly { readonly id: string }[], url: string) => pageOf(items, { limit: 10 }, url);
