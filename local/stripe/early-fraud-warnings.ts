import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import { created, expandable, listed, text } from "./api/parameters.ts";
import { missing } from "./api/stripe-error.ts";
import { emit } from "./event-log.ts";
import type { Charge, EarlyFraudWarning } from "./stored.ts";

/** The card's issuer suspects fraud (https://docs.stripe.com/api/radar/early_fraud_warnings). */
export function warnOfFraud(account: Account, charge: Charge, fraudType: string): EarlyFraudWarning {
  const warning = account.earlyFraudWarnings.put({
    id: account.newId("issfr_"),
    object: "radar.early_fraud_warning",
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: charge.customer === null ? account.now() : account.nowFor(charge.customer),
    fraud_type: fraudType,
    livemode: false,
    ...(charge.payment_intent !== null && { payment_intent: charge.payment_intent }),
  });
  emit(account, "radar.early_fraud_warning.created", warning);
  return warning;
}

export const earlyFraudWarningRoutes: readonly ApiRoute[] = [
  route(
    "GET",
    "/v1/radar/early_fraud_warnings",
    v.strictObject({
      ...listed,
      charge: v.optional(text()),
      payment_intent: v.optional(text()),
      created: v.optional(created()),
    }),
    ({ account, parameters }) => {
      const warnings = account.earlyFraudWarnings
        .newestFirst()
        .filter(
          (warning) =>
            warning.charge === (parameters.charge ?? warning.charge) &&
            warning.payment_intent === (parameters.payment_intent ?? warning.payment_intent) &&
            isWithin(warning.created, parameters.created),
        );
      return pageOf(warnings, parameters, "/v1/radar/early_fraud_warnings");
    },
  ),
  route("GET", "/v1/radar/early_fraud_warnings/{id}", v.strictObject(expandable), ({ account, id }) => {
    const warning = account.earlyFraudWarnings.get(id);
    if (!warning) throw missing("early fraud warning", id);
    return warning;
  }),
];
