import { missing } from "./api/stripe-error.ts";
import type { Store } from "./store.ts";

/** The object with this id, or Stripe's refusal: 404 for the object of a path, 400 for that of a parameter. */
export function foundIn<Item extends { readonly id: string }>(
  store: Store<Item>,
  kind: string,
  id: string,
  param?: string,
): Item {
  const item = store.get(id);
  if (!item) throw missing(kind, id, param, param === undefined ? 404 : 400);
  return item;
}
