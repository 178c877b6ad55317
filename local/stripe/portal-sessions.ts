import type { Stripe } from "stripe";
import * as v from "valibot";
import type { Account } from "./account.ts";
import { type ApiRoute, route } from "./api/api-route.ts";
import { pageOf } from "./api/page-of.ts";
import { expandable, httpUrl, listed, oneOf, parametersOf, text } from "./api/parameters.ts";
import { invalid } from "./api/stripe-error.ts";
import { isTerminal } from "./billing/subscription-states.ts";
import { foundIn } from "./found-in.ts";
import { portalConfigurationObject } from "./portal-configuration-object.ts";
import type { PortalConfiguration, PortalSession } from "./stored.ts";

const afterCompletion = v.strictObject({
  type: oneOf("hosted_confirmation", "portal_homepage", "redirect"),
  redirect: v.optional(v.strictObject({ return_url: httpUrl() })),
});
const creation = parametersOf<Stripe.BillingPortal.SessionCreateParams>()({
  ...expandable,
  configuration: v.optional(text()),
  customer: text(),
  flow_data: v.optional(
    v.strictObject({
      type: oneOf("subscription_cancel"),
      subscription_cancel: v.strictObject({ subscription: text() }),
      after_completion: v.optional(afterCompletion),
    }),
  ),
  return_url: v.optional(httpUrl()),
});

/** The configuration that is used when none is named; made when it is first needed. */
function defaultConfiguration(account: Account): PortalConfiguration {
  const [kept] = account.portalConfigurations.oldestFirst();
  return (
    kept ?? account.portalConfigurations.put(portalConfigurationObject(account.newId("bpc_"), account.now()))
  );
}

function createSession(account: Account, given: v.InferOutput<typeof creation>): PortalSession {
  foundIn(account.customers, "customer", given.customer, "customer");
  const configuration =
    given.configuration === undefined
      ? defaultConfiguration(account)
      : foundIn(account.portalConfigurations, "configuration", given.configuration, "configuration");
  const id = account.newId("bps_");
  return account.portalSessions.put({
    id,
    object: "billing_portal.session",
    configuration: configuration.id,
    created: account.now(),
    customer: given.customer,
    customer_account: null,
    flow: flowOf(account, given),
    livemode: false,
    locale: null,
    on_behalf_of: null,
    return_url: given.return_url ?? null,
    url: `${account.url}/p/session/${id}`,
  });
}

function flowOf(
  account: Account,
  { flow_data: flow, customer }: v.InferOutput<typeof creation>,
): PortalSession["flow"] {
  if (!flow) return null;
  const param = "flow_data[subscription_cancel][subscription]";
  const subscription = foundIn(
    account.subscriptions,
    "subscription",
    flow.subscription_cancel.subscription,
    param,
  );
  if (subscription.customer !== customer || isTerminal(subscription)) {
    throw invalid("The customer has no such live subscription.", param);
  }
  const redirect = flow.after_completion?.redirect;
  return {
    after_completion: {
      hosted_confirmation: null,
      redirect: redirect ?? null,
      type: flow.after_completion?.type ?? "portal_homepage",
    },
    customer_update: null,
    subscription_cancel: { retention: null, subscription: subscription.id },
    subscription_pause: null,
    subscription_update: null,
    subscription_update_confirm: null,
    type: "subscription_cancel",
  };
}

export const portalRoutes: readonly ApiRoute[] = [
  route("POST", "/v1/billing_portal/sessions", creation, ({ account, parameters }) =>
    createSession(account, parameters),
  ),
  route("GET", "/v1/billing_portal/configurations", v.strictObject(listed), ({ account, parameters }) => {
    defaultConfiguration(account);
    return pageOf(
      account.portalConfigurations.newestFirst(),
      parameters,
      "/v1/billing_portal/configurations",
    );
  }),
];
