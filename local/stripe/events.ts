import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { isWithin, pageOf } from "./api/page-of.ts";
import { created, expandable, flag, listed, listOf, parametersOf, text } from "./api/parameters.ts";
import { invalid, missing } from "./api/stripe-error.ts";
import { apiVersion } from "./api/versions.ts";
import { isRetained, type SnapshotEvent } from "./event-log.ts";
import { snapshotBody } from "./webhooks/event-bodies.ts";

const listing = parametersOf<Stripe.EventListParams>()({
  ...listed,
  created: v.optional(created()),
  delivery_success: v.optional(flag()),
  type: v.optional(text(100)),
  types: v.optional(listOf(text(100), 20)),
});

/** An exact type, or one that ends with `*`. */
const isOfType = (type: string, wanted: string) =>
  wanted.endsWith("*") ? type.startsWith(wanted.slice(0, -1)) : type === wanted;

function listEvents(account: Account, given: v.InferOutput<typeof listing>): object {
  if (given.type !== undefined && given.types) throw invalid("type and types exclude each other.", "types");
  const wanted = given.types ?? [given.type ?? "*"];
  const all = account.events.newestFirst();
  const events = all.filter(
    (event) =>
      isRetained(account, event) &&
      wanted.some((type) => isOfType(event.type, type)) &&
      isWithin(event.created, given.created) &&
      account.deliveries.isDelivered(event.id) ===
        (given.delivery_success ?? account.deliveries.isDelivered(event.id)),
  );
  // A cursor may name an event that was delivered (https://docs.stripe.com/webhooks/process-undelivered-events).
  const page = pageOf(events, given, "/v1/events", all);
  return { ...page, data: page.data.map((event) => body(account, event)) };
}

const body = (account: Account, event: SnapshotEvent) =>
  snapshotBody(event, apiVersion, account.deliveries.pending(event.id));

export const eventRoutes: readonly ApiRoute[] = [
  route("GET", "/v1/events", listing, ({ account, parameters }) => listEvents(account, parameters)),
  route("GET", "/v1/events/{id}", v.strictObject(expandable), ({ account, id }) => {
    const event = account.events.get(id);
    if (!event || !isRetained(account, event)) throw missing("event", id);
    return body(account, event);
  }),
];
