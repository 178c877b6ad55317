import type { Stripe } from "stripe";
import * as v from "valibot";
import { type ApiRoute, route } from "./api/api-route.ts";
import { mergeMetadata } from "./api/merge-metadata.ts";
import { pageOf } from "./api/page-of.ts";
import {
  emptyable,
  expandable,
  flag,
  listed,
  listOf,
  metadata,
  parametersOf,
  text,
} from "./api/parameters.ts";
import { apiVersion, checkVersion } from "./api/versions.ts";
import { defined } from "./defined.ts";
import { foundIn } from "./found-in.ts";
import type { WebhookEndpoint } from "./stored.ts";
import { loopbackUrl } from "./webhooks/loopback-url.ts";

const eventName = v.pipe(
  v.string(),
  v.regex(/^(\*|[a-z_0-9]+(\.[a-z_0-9]+)+)$/, "expected a type of event, or *"),
);
const enabledEvents = v.pipe(listOf(eventName, 300), v.minLength(1));
const creation = parametersOf<Stripe.WebhookEndpointCreateParams>()({
  ...expandable,
  api_version: v.optional(text(40)),
  description: v.optional(emptyable(text())),
  enabled_events: enabledEvents,
  metadata: v.optional(metadata()),
  url: loopbackUrl(),
});
const update = parametersOf<Stripe.WebhookEndpointUpdateParams>()({
  ...expandable,
  description: v.optional(emptyable(text())),
  disabled: v.optional(flag()),
  enabled_events: v.optional(enabledEvents),
  metadata: v.optional(metadata()),
  url: v.optional(loopbackUrl()),
});

const path = "/v1/webhook_endpoints";

/** https://docs.stripe.com/api/webhook_endpoints: the secret is told once, when the endpoint is made. */
export const webhookEndpointRoutes: readonly ApiRoute[] = [
  route("POST", path, creation, ({ account, parameters }) => {
    const version = parameters.api_version;
    if (version !== undefined) checkVersion(version, "api_version");
    const endpoint: WebhookEndpoint = {
      id: account.newId("we_"),
      object: "webhook_endpoint",
      api_version: version ?? apiVersion,
      application: null,
      created: account.now(),
      description: parameters.description ?? null,
      enabled_events: parameters.enabled_events,
      livemode: false,
      metadata: mergeMetadata({}, parameters.metadata),
      status: "enabled",
      url: parameters.url,
    };
    account.webhookEndpoints.put(endpoint);
    return { ...endpoint, secret: account.webhookSecrets.issue(endpoint.id) };
  }),
  route("GET", path, v.strictObject(listed), ({ account, parameters }) =>
    pageOf(account.webhookEndpoints.newestFirst(), parameters, path),
  ),
  route("GET", `${path}/{id}`, v.strictObject(expandable), ({ account, id }) =>
    foundIn(account.webhookEndpoints, "webhook endpoint", id),
  ),
  route("POST", `${path}/{id}`, update, ({ account, id, parameters }) => {
    const endpoint = foundIn(account.webhookEndpoints, "webhook endpoint", id);
    const { disabled, metadata: data, expand: _, ...rest } = parameters;
    return account.webhookEndpoints.put({
      ...endpoint,
      ...defined(rest),
      ...(disabled !== undefined && { status: disabled ? "disabled" : "enabled" }),
      metadata: mergeMetadata(endpoint.metadata, data),
    });
  }),
  route("DELETE", `${path}/{id}`, v.strictObject(expandable), ({ account, id }) => {
    foundIn(account.webhookEndpoints, "webhook endpoint", id);
    account.webhookEndpoints.delete(id);
    account.webhookSecrets.forget(id);
    return { id, object: "webhook_endpoint", deleted: true };
  }),
];
