import type { Stripe } from "stripe";
import * as v from "valibot";
import { type ApiRoute, route } from "./api/api-route.ts";
import { integer, listOf, parametersOf, text } from "./api/parameters.ts";
import { missing } from "./api/stripe-error.ts";
import { isRetained } from "./event-log.ts";
import { thinBody } from "./webhooks/event-bodies.ts";

const listing = parametersOf<Stripe.V2.Core.EventListParams>()({
  limit: v.optional(integer(1, 100), 20),
  object_id: v.optional(text()),
  types: v.optional(listOf(text(100), 20)),
});

/** https://docs.stripe.com/api/v2/core/events: of the list the first page only. */
export const thinEventRoutes: readonly ApiRoute[] = [
  route("GET", "/v2/core/events", listing, ({ account, parameters }) => {
    const events = account.thinEvents
      .newestFirst()
      .filter(
        (event) =>
          isRetained(account, event) &&
          event.related.id === (parameters.object_id ?? event.related.id) &&
          (parameters.types?.includes(event.type) ?? true),
      )
      .slice(0, parameters.limit);
    return {
      data: events.map((event) => thinBody(event, true)),
      next_page_url: null,
      previous_page_url: null,
    };
  }),
  route("GET", "/v2/core/events/{id}", v.strictObject({}), ({ account, id }) => {
    const event = account.thinEvents.get(id);
    if (!event || !isRetained(account, event)) throw missing("event", id);
    return thinBody(event, true);
  }),
];
