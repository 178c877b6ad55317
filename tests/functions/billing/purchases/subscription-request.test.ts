import { expect, test } from "@jest/globals";
import { vatTypeOf } from "../../../../functions/billing/purchases/subscription-request.ts";

test.each([
  ["DE", "eu_vat", "DE123456789", "FR123456789"],
  ["GR", "eu_vat", "EL123456789", "GR123456789"],
  ["IE", "eu_vat", "IE1WZ+*67L", "IE1"],
  ["GB", "gb_vat", "GB123456789", "GB12345678"],
  ["GB", "gb_vat", "GB123456789012", "GB1234567890"],
  ["GB", "gb_vat", "GBGD123", "GBXX123"],
  ["GB", "gb_vat", "GBHA123", "EL123456789"],
])("of %s the id is an %s: %s, and not %s", (country, type, good, bad) => {
  const found = vatTypeOf(country);
  expect(found?.type).toBe(type);
  expect([found?.form.test(good), found?.form.test(bad)]).toEqual([true, false]);
});

test.each(["US", "CH", "EL", "", "de"])("Stripe is given no id of %j", (country) => {
  expect(vatTypeOf(country)).toBeUndefined();
});
