import * as v from "valibot";
import { type ApiRoute, route } from "./api/api-route.ts";
import { pageOf } from "./api/page-of.ts";
import { expandable, listed, oneOf, text } from "./api/parameters.ts";
import { foundIn } from "./found-in.ts";

/** The way from an invoice to its payment intent, and back. */
export const invoicePaymentRoutes: readonly ApiRoute[] = [
  route(
    "GET",
    "/v1/invoice_payments",
    v.strictObject({
      ...listed,
      invoice: v.optional(text()),
      payment: v.optional(v.strictObject({ type: oneOf("payment_intent"), payment_intent: text() })),
      status: v.optional(oneOf("open", "paid", "canceled")),
    }),
    ({ account, parameters }) => {
      const { invoice, payment: wanted, status } = parameters;
      const payments = account.invoicePayments
        .newestFirst()
        .filter(
          (payment) =>
            payment.invoice === (invoice ?? payment.invoice) &&
            payment.payment.payment_intent === (wanted?.payment_intent ?? payment.payment.payment_intent) &&
            payment.status === (status ?? payment.status),
        );
      return pageOf(payments, parameters, "/v1/invoice_payments");
    },
  ),
  route("GET", "/v1/invoice_payments/{id}", v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.invoicePayments, "invoice payment", id),
  ),
];
