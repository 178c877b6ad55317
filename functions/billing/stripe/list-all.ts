import type { Stripe } from "stripe";

/** The most that Stripe gives at once (https://docs.stripe.com/api/pagination). */
const pageSize = 100;

/**
 * All items of a list of Stripe's, newest first, one request for each 100. A first page is not enough where what is
 * looked for may stand behind a hundred newer ones: a customer can make those.
 */
export async function listAll<Item extends { readonly id: string }>(
  list: (page: { readonly limit: number; readonly starting_after?: string }) => Promise<Stripe.ApiList<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (;;) {
    const after = items.at(-1)?.id;
    const { data, has_more: hasMore } = await list({
      limit: pageSize,
      ...(after !== undefined && { starting_after: after }),
    });
    items.push(...data);
    if (!hasMore || data.length === 0) return items;
  }
}
