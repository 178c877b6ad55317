import * as v from "valibot";
import { type Plans, planOf } from "../access/plans.ts";

const text = v.string();

/**
 * The shape of what `POST /subscriptions` takes. Limits are checked by `readSubscriptionRequest`, so that each has
 * a code of its own.
 */
export const subscriptionRequest = v.strictObject({
  plan: text,
  /** A page of Stripe's, or confirmation in the team's own app. */
  mode: v.picklist(["checkout", "in_app"]),
  customer: v.strictObject({
    name: text,
    /** ISO 3166-1 alpha-2. */
    country: text,
    vatId: v.optional(text),
    address: v.optional(
      v.strictObject({
        line1: text,
        line2: v.optional(text),
        city: text,
        postalCode: text,
        state: v.optional(text),
      }),
    ),
  }),
});

export type SubscriptionRequest = v.InferOutput<typeof subscriptionRequest>;
export type CustomerDetails = SubscriptionRequest["customer"];

export type SubscriptionRefusal =
  | "plan_unknown"
  | "customer_name_invalid"
  | "customer_country_invalid"
  | "vat_id_invalid"
  | "vat_id_country_unsupported"
  | "billing_address_invalid";

export type CheckedRequest =
  | { readonly kind: "checked" }
  | { readonly kind: "refused"; readonly code: SubscriptionRefusal; readonly field: string };

/** Nothing that a line of an invoice cannot hold: no control characters, no half of a surrogate pair. */
const line = (most: number) =>
  v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most), v.regex(/^[^\p{Cc}\p{Cs}]+$/u));
const name = line(100);
const addressLimits = { line1: 200, line2: 200, city: 100, postalCode: 20, state: 100 } as const;
const regions = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
/** Codes that name no country: unions, placeholders, and those that users may assign. */
const noCountry = /^(EU|EZ|UN|ZZ|AA|Q[M-Z]|X[A-JL-Z])$/;

/** Checks the plan against the allow-list, and the customer's data against their limits. The first fault decides. */
export function checkSubscriptionRequest(
  { plan, customer }: SubscriptionRequest,
  plans: Plans,
): CheckedRequest {
  if (!planOf(plans, plan)) return refused("plan_unknown", "plan");
  if (!v.is(name, customer.name)) return refused("customer_name_invalid", "customer.name");
  const { country, vatId, address } = customer;
  if (!/^[A-Z]{2}$/.test(country) || noCountry.test(country) || regions.of(country) === undefined) {
    return refused("customer_country_invalid", "customer.country");
  }
  if (vatId !== undefined) {
    const type = vatTypeOf(country);
    if (!type) return refused("vat_id_country_unsupported", "customer.vatId");
    if (!type.form.test(vatId)) return refused("vat_id_invalid", "customer.vatId");
  }
  for (const [key, most] of Object.entries(addressLimits)) {
    const value = address?.[key as keyof typeof addressLimits];
    if (value !== undefined && !v.is(line(most), value)) {
      return refused("billing_address_invalid", `customer.address.${key}`);
    }
  }
  return { kind: "checked" };
}

const refused = (code: SubscriptionRefusal, field: string): CheckedRequest => ({
  kind: "refused",
  code,
  field,
});

const union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" ");

/** Stripe's type of a VAT id of the country, and its form (https://docs.stripe.com/billing/customer/tax-ids). */
export function vatTypeOf(
  country: string,
): { readonly type: "eu_vat" | "gb_vat"; readonly form: RegExp } | undefined {
  if (country === "GB") return { type: "gb_vat", form: /^GB(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/ };
  if (!union.includes(country)) return undefined;
  return { type: "eu_vat", form: new RegExp(`^${country === "GR" ? "EL" : country}[A-Z0-9+*]{2,13}$`) };
}
