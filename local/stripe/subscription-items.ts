import type { Account } from "./account.ts";
import { invalid, missing } from "./api/stripe-error.ts";
import { foundIn } from "./found-in.ts";
import type { Price, Subscription, SubscriptionItem } from "./stored.ts";
import { planOf, subscriptionItem } from "./subscription-object.ts";

/** An item of an update: an `id` changes that one, none adds one. */
export interface ItemChange {
  readonly id?: string | undefined;
  readonly price?: string | undefined;
  readonly quantity?: number | undefined;
  readonly deleted?: boolean | undefined;
}

/** A price that a subscription can have: active and recurring. Throws what Stripe would. */
export function sellable(account: Account, id: string, param: string): Price {
  const price = foundIn(account.prices, "price", id, param);
  if (!price.active) throw invalid(`The price specified is inactive: ${id}.`, param);
  if (!price.recurring) throw invalid(`The price specified is for a one-time payment: ${id}.`, param);
  return price;
}

/** The items as an update leaves them: at least one, all of one currency and interval. */
export function itemsAfter(
  account: Account,
  subscription: Subscription,
  changes: readonly ItemChange[],
): SubscriptionItem[] {
  let items = subscription.items.data;
  for (const [index, change] of changes.entries()) {
    const param = `items[${index}]`;
    if (change.id === undefined) items = [...items, added(account, subscription, change, param)];
    else items = replaced(account, items, change.id, change, param);
  }
  checkTogether(items.map(({ price }) => price));
  return items;
}

function replaced(
  account: Account,
  items: readonly SubscriptionItem[],
  id: string,
  change: ItemChange,
  param: string,
): SubscriptionItem[] {
  if (!items.some((item) => item.id === id)) throw missing("subscription item", id, `${param}[id]`, 400);
  return items.flatMap((item) => {
    if (item.id !== id) return [item];
    if (change.deleted) return [];
    const price =
      change.price === undefined ? item.price : sellable(account, change.price, `${param}[price]`);
    return [
      { ...item, price, plan: planOf(price as Price), quantity: change.quantity ?? item.quantity ?? 1 },
    ];
  });
}

function added(
  account: Account,
  subscription: Subscription,
  change: ItemChange,
  param: string,
): SubscriptionItem {
  const price = sellable(account, change.price ?? "", `${param}[price]`);
  const [first] = subscription.items.data;
  const now = account.now(subscription.test_clock);
  return subscriptionItem({
    id: account.newId("si_"),
    subscription: subscription.id,
    created: now,
    price,
    quantity: change.quantity ?? 1,
    start: first?.current_period_start ?? now,
    end: first?.current_period_end ?? now,
  });
}

/** Throws unless prices can be billed together: 1 to 20, each once, of one currency and one interval. */
export function checkTogether(prices: readonly Pick<Price, "id" | "currency" | "recurring">[]): void {
  if (prices.length === 0)
    throw invalid("A subscription must have at least one item.", "items", "parameter_missing");
  if (prices.length > 20) throw invalid("A subscription has at most 20 items.", "items");
  if (new Set(prices.map(({ id }) => id)).size < prices.length)
    throw invalid("A price can be in a subscription only once.", "items");
  if (new Set(prices.map(({ currency }) => currency)).size > 1)
    throw invalid("All prices must have one currency.", "items");
  const intervals = prices.map(({ recurring }) => `${recurring?.interval} ${recurring?.interval_count}`);
  if (new Set(intervals).size > 1)
    throw invalid("This fake bills all items of a subscription in one interval.", "items");
}
