import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { integer, listOf, metadata, oneOf, parametersOf, text } from "./api/parameters.ts";
import { invalid } from "./api/stripe-error.ts";
import { apiVersion, checkVersion } from "./api/versions.ts";
import { defined } from "./defined.ts";
import { foundIn } from "./found-in.ts";
import type { EventDestination } from "./stored.ts";
import { loopbackUrl } from "./webhooks/loopback-url.ts";

const enabledEvents = v.pipe(listOf(text(100), 300), v.minLength(1));
const include = v.optional(listOf(oneOf("webhook_endpoint.signing_secret", "webhook_endpoint.url"), 2), []);
const creation = parametersOf<Stripe.V2.Core.EventDestinationCreateParams>()({
  description: v.optional(text(1_000)),
  enabled_events: enabledEvents,
  event_payload: oneOf("snapshot", "thin"),
  include,
  metadata: v.optional(metadata()),
  name: text(100),
  snapshot_api_version: v.optional(text(40)),
  type: oneOf("webhook_endpoint"),
  webhook_endpoint: v.strictObject({ url: loopbackUrl() }),
});
const update = parametersOf<Stripe.V2.Core.EventDestinationUpdateParams>()({
  description: v.optional(text(1_000)),
  enabled_events: v.optional(enabledEvents),
  include,
  metadata: v.optional(metadata()),
  name: v.optional(text(100)),
  webhook_endpoint: v.optional(v.strictObject({ url: loopbackUrl() })),
});

function createDestination(account: Account, given: v.InferOutput<typeof creation>): EventDestination {
  const { event_payload, snapshot_api_version: version = apiVersion } = given;
  const wrong = given.enabled_events.find(
    (type) => type !== "*" && type.startsWith("v") !== (event_payload === "thin"),
  );
  if (wrong !== undefined)
    throw invalid(`${wrong} is not sent as a ${event_payload} event.`, "enabled_events");
  if (event_payload === "thin" && given.snapshot_api_version !== undefined) {
    throw invalid("Thin events have no version.", "snapshot_api_version");
  }
  const now = timeOf(account);
  const destination = account.eventDestinations.put({
    id: account.newId("ed_test_"),
    object: "v2.core.event_destination",
    created: now,
    description: given.description ?? "",
    enabled_events: given.enabled_events,
    event_payload,
    livemode: false,
    metadata: mergeMetadata({}, given.metadata),
    name: given.name,
    ...(event_payload === "snapshot" && {
      snapshot_api_version: checkVersion(version, "snapshot_api_version"),
    }),
    status: "enabled",
    type: "webhook_endpoint",
    updated: now,
    webhook_endpoint: { url: given.webhook_endpoint.url },
  });
  account.webhookSecrets.issue(destination.id);
  return destination;
}

/** The destination with what `include` names; the secret only when it is asked for. */
function shown(account: Account, destination: EventDestination, named: readonly string[]): EventDestination {
  const [secret] = account.webhookSecrets.live(destination.id);
  const isSecretShown = secret !== undefined && named.includes("webhook_endpoint.signing_secret");
  const isUrlShown = named.includes("webhook_endpoint.url");
  const { webhook_endpoint: endpoint, ...rest } = destination;
  if (!isSecretShown && !isUrlShown) return rest;
  return {
    ...rest,
    webhook_endpoint: {
      ...(isSecretShown && { signing_secret: secret }),
      ...(isUrlShown && endpoint?.url !== undefined && { url: endpoint.url }),
    },
  };
}

const timeOf = (account: Account) => new Date(account.now() * 1_000).toISOString();
const path = "/v2/core/event_destinations";
const found = (account: Account, id: string) => foundIn(account.eventDestinations, "event destination", id);

const changed = (account: Account, id: string, members: Partial<EventDestination>) =>
  account.eventDestinations.put({ ...found(account, id), ...members, updated: timeOf(account) });

/** https://docs.stripe.com/api/v2/core/event_destinations, those to webhook endpoints. */
export const eventDestinationRoutes: readonly ApiRoute[] = [
  route("POST", path, creation, ({ account, parameters }) =>
    shown(account, createDestination(account, parameters), parameters.include),
  ),
  route(
    "GET",
    path,
    v.strictObject({ include, limit: v.optional(integer(1, 100), 20) }),
    ({ account, parameters }) => {
      const destinations = account.eventDestinations.newestFirst().slice(0, parameters.limit);
      return {
        data: destinations.map((destination) => shown(account, destination, parameters.include)),
        next_page_url: null,
        previous_page_url: null,
      };
    },
  ),
  route("GET", `${path}/{id}`, v.strictObject({ include }), ({ account, id, parameters }) =>
    shown(account, found(account, id), parameters.include),
  ),
  route("POST", `${path}/{id}`, update, ({ account, id, parameters }) => {
    const { include: named, metadata: data, webhook_endpoint, ...rest } = parameters;
    const after = changed(account, id, {
      ...defined(rest),
      ...(webhook_endpoint && { webhook_endpoint }),
      metadata: mergeMetadata(found(account, id).metadata ?? {}, data),
    });
    return shown(account, after, named);
  }),
  route("POST", `${path}/{id}/disable`, v.strictObject({}), ({ account, id }) =>
    shown(account, changed(account, id, { status: "disabled" }), []),
  ),
  route("POST", `${path}/{id}/enable`, v.strictObject({}), ({ account, id }) =>
    shown(account, changed(account, id, { status: "enabled" }), []),
  ),
  route("DELETE", `${path}/{id}`, v.strictObject({}), ({ account, id }) => {
    found(account, id);
    account.eventDestinations.delete(id);
    account.webhookSecrets.forget(id);
    return { id, object: "v2.core.event_destination" };
  }),
];
