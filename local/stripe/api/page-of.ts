import type { Created } from "./parameters.ts";
import { missing } from "./stripe-error.ts";

export interface Cursor {
  readonly limit: number;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
}

export interface Page<Item> {
  readonly object: "list";
  readonly url: string;
  readonly has_more: boolean;
  readonly data: readonly Item[];
}

/**
 * One page of a list that is newest first (https://docs.stripe.com/api/pagination): what follows
 * `starting_after`, or what stands right before `ending_before`. An unknown cursor is refused. It may be any of
 * `all`, also one that the list's filters leave out.
 */
export function pageOf<Item extends { readonly id: string }>(
  newestFirst: readonly Item[],
  { limit, starting_after, ending_before }: Cursor,
  url: string,
  all: readonly { readonly id: string }[] = newestFirst,
): Page<Item> {
  const page = (data: readonly Item[], more: boolean): Page<Item> => ({
    object: "list",
    url,
    has_more: more,
    data,
  });
  const listedAmong = (some: readonly { readonly id: string }[]): number => {
    if (all === newestFirst) return some.length;
    const ids = new Set(some.map(({ id }) => id));
    return newestFirst.filter(({ id }) => ids.has(id)).length;
  };
  if (ending_before !== undefined) {
    const end = listedAmong(all.slice(0, placeOf(all, ending_before, "ending_before")));
    const start = Math.max(0, end - limit);
    return page(newestFirst.slice(start, end), start > 0);
  }
  const start =
    starting_after === undefined
      ? 0
      : listedAmong(all.slice(0, placeOf(all, starting_after, "starting_after") + 1));
  return page(newestFirst.slice(start, start + limit), start + limit < newestFirst.length);
}

function placeOf(items: readonly { readonly id: string }[], id: string, param: string): number {
  const place = items.findIndex((item) => item.id === id);
  if (place < 0) throw missing("object", id, param, 400);
  return place;
}

/** Whether a time is the one asked for, or within its range. */
export function isWithin(time: number, wanted: Created | undefined): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === "number") return time === wanted;
  const { gt = -1, gte = -1, lt = Infinity, lte = Infinity } = wanted;
  return time > gt && time >= gte && time < lt && time <= lte;
}
