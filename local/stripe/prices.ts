import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import {
  created,
  emptyable,
  expandable,
  flag,
  integer,
  listed,
  listOf,
  metadata,
  oneOf,
  parametersOf,
  text,
} from "./api/parameters.ts";
import { invalid } from "./api/stripe-error.ts";
import { defined } from "./defined.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import type { Price } from "./stored.ts";

const intervals = oneOf("day", "week", "month", "year");
const creation = parametersOf<Stripe.PriceCreateParams>()({
  ...expandable,
  active: v.optional(flag(), true),
  currency: v.pipe(text(3), v.regex(/^[a-z]{3}$/, "expected three lower-case letters (ISO 4217)")),
  lookup_key: v.optional(text(200)),
  metadata: v.optional(metadata()),
  nickname: v.optional(text()),
  product: text(),
  recurring: v.optional(
    v.strictObject({
      interval: intervals,
      interval_count: v.optional(integer(1, 1_095), 1),
      usage_type: v.optional(oneOf("licensed")),
    }),
  ),
  tax_behavior: v.optional(oneOf("exclusive", "inclusive", "unspecified")),
  transfer_lookup_key: v.optional(flag(), false),
  unit_amount: integer(0, 99_999_999),
});
const update = parametersOf<Stripe.PriceUpdateParams>()({
  ...expandable,
  active: v.optional(flag()),
  lookup_key: v.optional(text(200)),
  metadata: v.optional(metadata()),
  nickname: v.optional(emptyable(text())),
  transfer_lookup_key: v.optional(flag(), false),
});

/** A lookup key names one price: another gives it up when asked to transfer it, else it is refused. */
function claimKey(account: Account, key: string | undefined, transfer: boolean, owner?: string): void {
  const holder = account.prices
    .newestFirst()
    .find(({ id, lookup_key }) => lookup_key === key && id !== owner);
  if (key === undefined || !holder) return;
  if (!transfer) throw invalid(`A price (${holder.id}) already uses that lookup key.`, "lookup_key");
  account.prices.patch(holder.id, { lookup_key: null });
}

export const priceRoutes: readonly ApiRoute[] = [
  route("POST", "/v1/prices", creation, ({ account, parameters }) => {
    foundIn(account.products, "product", parameters.product, "product");
    claimKey(account, parameters.lookup_key, parameters.transfer_lookup_key);
    const { recurring } = parameters;
    const price: Price = {
      id: account.newId("price_"),
      object: "price",
      active: parameters.active,
      billing_scheme: "per_unit",
      created: account.now(),
      currency: parameters.currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: parameters.lookup_key ?? null,
      metadata: mergeMetadata({}, parameters.metadata),
      nickname: parameters.nickname ?? null,
      product: parameters.product,
      recurring: recurring
        ? {
            interval: recurring.interval,
            interval_count: recurring.interval_count,
            meter: null,
            trial_period_days: null,
            usage_type: "licensed",
          }
        : null,
      tax_behavior: parameters.tax_behavior ?? "unspecified",
      tiers_mode: null,
      transform_quantity: null,
      type: recurring ? "recurring" : "one_time",
      unit_amount: parameters.unit_amount,
      unit_amount_decimal: String(parameters.unit_amount),
    };
    emit(account, "price.created", account.prices.put(price));
    return price;
  }),
  route(
    "GET",
    "/v1/prices",
    v.strictObject({
      ...listed,
      active: v.optional(flag()),
      created: v.optional(created()),
      currency: v.optional(text(3)),
      lookup_keys: v.optional(listOf(text(200), 10)),
      product: v.optional(text()),
      type: v.optional(oneOf("one_time", "recurring")),
    }),
    ({ account, parameters }) => {
      const { active, currency, lookup_keys, product, type } = parameters;
      const prices = account.prices
        .newestFirst()
        .filter(
          (price) =>
            price.active === (active ?? price.active) &&
            price.currency === (currency ?? price.currency) &&
            price.product === (product ?? price.product) &&
            price.type === (type ?? price.type) &&
            (lookup_keys?.includes(price.lookup_key ?? "") ?? true) &&
            isWithin(price.created, parameters.created),
        );
      return pageOf(prices, parameters, "/v1/prices");
    },
  ),
  route("GET", "/v1/prices/{id}", v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.prices, "price", id),
  ),
  route("POST", "/v1/prices/{id}", update, ({ account, id, parameters }) => {
    const before = foundIn(account.prices, "price", id);
    const { metadata: data, transfer_lookup_key, expand: _, ...rest } = parameters;
    claimKey(account, rest.lookup_key, transfer_lookup_key, id);
    const after = account.prices.put({
      ...before,
      ...defined(rest),
      metadata: mergeMetadata(before.metadata, data),
    });
    emit(account, "price.updated", after, before);
    return after;
  }),
];
