import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import {
  created,
  expandable,
  flag,
  integer,
  listed,
  listOf,
  oneOf,
  parametersOf,
  text,
} from "./api/parameters.ts";
import { declined, invalid, StripeError } from "./api/stripe-error.ts";
import { attemptPayment } from "./billing/attempt-payment.ts";
import { amountOf, builtInvoice } from "./billing/draft-invoice.ts";
import { finalizeInvoice } from "./billing/finalize-invoice.ts";
import { settlePaid, settleUncollectible, settleVoid } from "./billing/settle-invoice.ts";
import { startPeriod } from "./billing/start-period.ts";
import { isTerminal } from "./billing/subscription-states.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import { attachMethod } from "./payment-methods.ts";
import type { Invoice } from "./stored.ts";
import { itemsAfter } from "./subscription-items.ts";

const payment = parametersOf<Stripe.InvoicePayParams>()({
  ...expandable,
  forgive: v.optional(flag()),
  off_session: v.optional(flag()),
  paid_out_of_band: v.optional(flag(), false),
  payment_method: v.optional(text()),
});

/** Tries an open invoice now, or takes it as paid elsewhere. Throws 402 when the card is declined. */
function payInvoice(account: Account, id: string, given: v.InferOutput<typeof payment>): Invoice {
  const invoice = inStatus(account, id, ["open", "uncollectible"]);
  if (given.paid_out_of_band) return settlePaid(account, invoice, { outOfBand: true });
  const method =
    given.payment_method === undefined
      ? undefined
      : attachMethod(account, given.payment_method, invoice.customer ?? "");
  const outcome = attemptPayment(account, id, { automatic: false, ...(method && { method }) });
  if (outcome.kind === "declined") throw declined(outcome.code, outcome.declineCode, outcome.message);
  if (outcome.kind === "requires_action") {
    throw declined(
      "invoice_payment_intent_requires_action",
      undefined,
      "The payment needs the customer's authentication.",
    );
  }
  return foundIn(account.invoices, "invoice", id);
}

function inStatus(account: Account, id: string, allowed: readonly string[]): Invoice {
  const invoice = foundIn(account.invoices, "invoice", id);
  if (invoice.status === "paid") throw invalid("Invoice is already paid", undefined, "invoice_already_paid");
  if (invoice.status !== null && allowed.includes(invoice.status)) return invoice;
  throw invalid(
    `This needs an invoice that is ${allowed.join(" or ")}; it is ${invoice.status}.`,
    undefined,
    "status_transition_invalid",
  );
}

const preview = parametersOf<Stripe.InvoiceCreatePreviewParams>()({
  ...expandable,
  subscription: text(),
  customer: v.optional(text()),
  subscription_details: v.optional(
    v.strictObject({
      items: v.optional(
        listOf(
          v.strictObject({
            id: v.optional(text()),
            price: v.optional(text()),
            quantity: v.optional(integer(1, 10_000)),
            deleted: v.optional(flag()),
          }),
        ),
      ),
      proration_behavior: v.optional(oneOf("create_prorations", "always_invoice", "none")),
      cancel_now: v.optional(flag()),
    }),
  ),
});

/**
 * The next invoice, as it would be (https://docs.stripe.com/api/invoices/create_preview): that of the next
 * period, or with `always_invoice` and other items that of the difference, which here is never prorated.
 */
function previewInvoice(account: Account, given: v.InferOutput<typeof preview>): object {
  const subscription = foundIn(account.subscriptions, "subscription", given.subscription, "subscription");
  if (isTerminal(subscription) || given.subscription_details?.cancel_now) {
    throw new StripeError(404, "No upcoming invoices for this subscription.", {
      code: "invoice_upcoming_none",
    });
  }
  const before = subscription.items.data;
  const items = itemsAfter(account, subscription, given.subscription_details?.items ?? []);
  const start = before[0]?.current_period_end ?? subscription.created;
  const isDifference = given.subscription_details?.proration_behavior === "always_invoice";
  const { id: _, ...invoice } = builtInvoice(account, subscription, {
    subscription: subscription.id,
    reason: isDifference ? "subscription_update" : "upcoming",
    items: isDifference ? items : startPeriod(items, start, subscription.billing_cycle_anchor),
    ...(isDifference && { amount: Math.max(0, amountOf(items) - amountOf(before)) }),
  });
  return { ...invoice, id: account.newId("upcoming_in_") };
}

export const invoiceRoutes: readonly ApiRoute[] = [
  route(
    "GET",
    "/v1/invoices",
    v.strictObject({
      ...listed,
      collection_method: v.optional(oneOf("charge_automatically", "send_invoice")),
      created: v.optional(created()),
      customer: v.optional(text()),
      status: v.optional(oneOf("draft", "open", "paid", "uncollectible", "void")),
      subscription: v.optional(text()),
    }),
    ({ account, parameters }) => {
      const { customer, status, subscription, collection_method } = parameters;
      const invoices = account.invoices
        .newestFirst()
        .filter(
          (invoice) =>
            invoice.customer === (customer ?? invoice.customer) &&
            invoice.status === (status ?? invoice.status) &&
            invoice.collection_method === (collection_method ?? invoice.collection_method) &&
            (subscription === undefined ||
              invoice.parent?.subscription_details?.subscription === subscription) &&
            isWithin(invoice.created, parameters.created),
        );
      return pageOf(invoices, parameters, "/v1/invoices");
    },
  ),
  route("POST", "/v1/invoices/create_preview", preview, ({ account, parameters }) =>
    previewInvoice(account, parameters),
  ),
  route("GET", "/v1/invoices/{id}", v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.invoices, "invoice", id),
  ),
  route(
    "POST",
    "/v1/invoices/{id}",
    v.strictObject({ ...expandable, auto_advance: flag() }),
    ({ account, id, parameters }) => {
      const before = inStatus(account, id, ["draft", "open"]);
      const after = account.invoices.put({ ...before, auto_advance: parameters.auto_advance });
      emit(account, "invoice.updated", after, before);
      return after;
    },
  ),
  route(
    "POST",
    "/v1/invoices/{id}/finalize",
    v.strictObject({ ...expandable, auto_advance: v.optional(flag()) }),
    ({ account, id }) => finalizeInvoice(account, inStatus(account, id, ["draft"]), false),
  ),
  route("POST", "/v1/invoices/{id}/pay", payment, ({ account, id, parameters }) =>
    payInvoice(account, id, parameters),
  ),
  route("POST", "/v1/invoices/{id}/void", v.strictObject(expandable), ({ account, id }) =>
    settleVoid(account, inStatus(account, id, ["open", "uncollectible"])),
  ),
  route("POST", "/v1/invoices/{id}/mark_uncollectible", v.strictObject(expandable), ({ account, id }) =>
    settleUncollectible(account, inStatus(account, id, ["open"])),
  ),
];
