import * as v from "valibot";
import { type ApiRoute, route } from "./api/api-route.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import { created, expandable, listed, text } from "./api/parameters.ts";
import { foundIn } from "./found-in.ts";

export const chargeRoutes: readonly ApiRoute[] = [
  route(
    "GET",
    "/v1/charges",
    v.strictObject({
      ...listed,
      customer: v.optional(text()),
      payment_intent: v.optional(text()),
      created: v.optional(created()),
    }),
    ({ account, parameters: { customer, payment_intent, ...rest } }) => {
      const charges = account.charges
        .newestFirst()
        .filter(
          (charge) =>
            charge.customer === (customer ?? charge.customer) &&
            charge.payment_intent === (payment_intent ?? charge.payment_intent) &&
            isWithin(charge.created, rest.created),
        );
      return pageOf(charges, rest, "/v1/charges");
    },
  ),
  route("GET", "/v1/charges/{id}", v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.charges, "charge", id),
  ),
];
