import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { pageOf } from "./api/page-of.ts";
import { expandable, httpUrl, listed, parametersOf, text } from "./api/parameters.ts";
import { invalid } from "./api/stripe-error.ts";
import { changeSubscription } from "./billing/change-subscription.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import { attachMethod } from "./payment-methods.ts";
import type { SetupIntent } from "./stored.ts";

const confirmation = parametersOf<Stripe.SetupIntentConfirmParams>()({
  ...expandable,
  payment_method: text(),
  return_url: v.optional(httpUrl()),
});

/** Keeps a payment method for later, as a customer would in the app. Throws 402 for a card that is refused then. */
function confirmSetup(account: Account, id: string, method: string): SetupIntent {
  const intent = foundIn(account.setupIntents, "setup_intent", id);
  if (intent.status !== "requires_payment_method") {
    throw invalid(
      `This setup intent's status is ${intent.status}.`,
      undefined,
      "setup_intent_unexpected_state",
    );
  }
  const { id: kept } = attachMethod(account, method, intent.customer ?? "");
  const done = account.setupIntents.put({ ...intent, payment_method: kept, status: "succeeded" });
  emit(account, "setup_intent.succeeded", done);
  const waiting = account.subscriptions.newestFirst().find((one) => one.pending_setup_intent === id);
  if (waiting) {
    const saves = waiting.payment_settings?.save_default_payment_method === "on_subscription";
    changeSubscription(account, waiting.id, {
      pending_setup_intent: null,
      ...(saves && { default_payment_method: kept }),
    });
  }
  return done;
}

export const setupIntentRoutes: readonly ApiRoute[] = [
  route(
    "GET",
    "/v1/setup_intents",
    v.strictObject({ ...listed, customer: v.optional(text()) }),
    ({ account, parameters }) => {
      const intents = account.setupIntents
        .newestFirst()
        .filter(({ customer }) => customer === (parameters.customer ?? customer));
      return pageOf(intents, parameters, "/v1/setup_intents");
    },
  ),
  route(
    "GET",
    "/v1/setup_intents/{id}",
    v.strictObject({ ...expandable, client_secret: v.optional(text()) }),
    ({ account, id }) => foundIn(account.setupIntents, "setup_intent", id),
  ),
  route("POST", "/v1/setup_intents/{id}/confirm", confirmation, ({ account, id, parameters }) =>
    confirmSetup(account, id, parameters.payment_method),
  ),
];
