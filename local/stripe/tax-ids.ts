import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { pageOf } from "./api/page-of.ts";
import { expandable, listed, text } from "./api/parameters.ts";
import { invalid } from "./api/stripe-error.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import type { TaxId } from "./stored.ts";

/** The forms of two types of tax id (https://docs.stripe.com/billing/customer/tax-ids); of others any text is taken. */
const forms: Readonly<Record<string, RegExp>> = {
  eu_vat: /^[A-Z]{2}[A-Z0-9+*]{2,13}$/,
  gb_vat: /^(GB)?(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
};

export const newTaxId = v.strictObject({
  type: v.pipe(text(40), v.regex(/^[a-z]{2}_[a-z]+$/, "expected a type such as eu_vat")),
  value: text(100),
});

/** Adds a tax id; it stays unverified. Throws for a form that its type cannot have. */
export function addTaxId(
  account: Account,
  customer: string,
  { type, value }: v.InferOutput<typeof newTaxId>,
): TaxId {
  if (forms[type]?.test(value) === false)
    throw invalid(`Invalid value for ${type}.`, "value", "tax_id_invalid");
  const taxId = account.taxIds.put({
    id: account.newId("txi_"),
    object: "tax_id",
    country: type.slice(0, 2).toUpperCase(),
    created: account.nowFor(customer),
    customer,
    customer_account: null,
    livemode: false,
    owner: { customer, customer_account: null, type: "customer" },
    type,
    value,
    verification: { status: "pending", verified_address: null, verified_name: null },
  });
  emit(account, "customer.tax_id.created", taxId);
  return taxId;
}

export const taxIdsOf = (account: Account, customer: string): TaxId[] =>
  account.taxIds.newestFirst().filter((taxId) => taxId.customer === customer);

export const taxIdRoutes: readonly ApiRoute[] = [
  route(
    "POST",
    "/v1/customers/{id}/tax_ids",
    v.strictObject({ ...expandable, ...newTaxId.entries }),
    ({ account, id, parameters }) => {
      foundIn(account.customers, "customer", id);
      return addTaxId(account, id, parameters);
    },
  ),
  route("GET", "/v1/customers/{id}/tax_ids", v.strictObject(listed), ({ account, id, parameters }) => {
    foundIn(account.customers, "customer", id);
    return pageOf(taxIdsOf(account, id), parameters, `/v1/customers/${id}/tax_ids`);
  }),
];
