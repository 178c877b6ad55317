import type { Stripe } from "stripe";
import * as v from "valibot";
import { type ApiRoute, route } from "./api/api-route.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import {
  created,
  emptyable,
  expandable,
  flag,
  listed,
  listOf,
  metadata,
  parametersOf,
  text,
} from "./api/parameters.ts";
import { invalid } from "./api/stripe-error.ts";
import { defined } from "./defined.ts";
import { emit } from "./event-log.ts";
import { foundIn } from "./found-in.ts";
import type { Product } from "./stored.ts";

const members = {
  ...expandable,
  active: v.optional(flag()),
  description: v.optional(emptyable(text())),
  metadata: v.optional(metadata()),
  statement_descriptor: v.optional(text(22)),
  unit_label: v.optional(emptyable(text(12))),
  url: v.optional(emptyable(text())),
};
const creation = parametersOf<Stripe.ProductCreateParams>()({
  ...members,
  id: v.optional(text(255)),
  name: text(250),
});
const update = parametersOf<Stripe.ProductUpdateParams>()({
  ...members,
  name: v.optional(text(250)),
  default_price: v.optional(emptyable(text())),
});

const productObject = (id: string, name: string, now: number): Product => ({
  id,
  object: "product",
  active: true,
  created: now,
  default_price: null,
  description: null,
  images: [],
  livemode: false,
  marketing_features: [],
  metadata: {},
  name,
  package_dimensions: null,
  shippable: null,
  statement_descriptor: null,
  tax_code: null,
  tax_details: null,
  type: "service",
  unit_label: null,
  updated: now,
  url: null,
});

export const productRoutes: readonly ApiRoute[] = [
  route("POST", "/v1/products", creation, ({ account, parameters }) => {
    const { id = account.newId("prod_"), name, metadata: data, expand: _, ...rest } = parameters;
    if (account.products.get(id))
      throw invalid(`Product already exists: ${id}`, "id", "resource_already_exists");
    const metadata = mergeMetadata({}, data);
    const product = account.products.put({
      ...productObject(id, name, account.now()),
      ...defined(rest),
      metadata,
    });
    emit(account, "product.created", product);
    return product;
  }),
  route(
    "GET",
    "/v1/products",
    v.strictObject({
      ...listed,
      active: v.optional(flag()),
      created: v.optional(created()),
      ids: v.optional(listOf(text())),
    }),
    ({ account, parameters }) => {
      const products = account.products
        .newestFirst()
        .filter(
          (product) =>
            product.active === (parameters.active ?? product.active) &&
            (parameters.ids?.includes(product.id) ?? true) &&
            isWithin(product.created, parameters.created),
        );
      return pageOf(products, parameters, "/v1/products");
    },
  ),
  route("GET", "/v1/products/{id}", v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.products, "product", id),
  ),
  route("POST", "/v1/products/{id}", update, ({ account, id, parameters }) => {
    const before = foundIn(account.products, "product", id);
    const { metadata: data, expand: _, ...rest } = parameters;
    if (rest.default_price) foundIn(account.prices, "price", rest.default_price, "default_price");
    const metadata = mergeMetadata(before.metadata, data);
    const after = account.products.put({ ...before, ...defined(rest), metadata, updated: account.now() });
    emit(account, "product.updated", after, before);
    return after;
  }),
  route("DELETE", "/v1/products/{id}", v.strictObject(expandable), ({ account, id }) => {
    const product = foundIn(account.products, "product", id);
    if (account.prices.newestFirst().some((price) => price.product === id)) {
      throw invalid("This product cannot be deleted because it has prices. Make it inactive instead.");
    }
    account.products.delete(id);
    account.deleted.set(id, "product");
    emit(account, "product.deleted", product);
    return { id, object: "product", deleted: true };
  }),
];
