import * as pulumi from "@pulumi/pulumi";
import { subscriptionRequest } from "../functions/billing/purchases/subscription-request.ts";
import { type ChangeAction, changeRequests } from "../functions/billing/subscriptions/change-request.ts";
import { portalRequest } from "../functions/billing/subscriptions/portal-request.ts";
import type {
  AccessConfiguration,
  OidcConfiguration,
  PlansConfiguration,
  StripeConfiguration,
} from "./configuration.ts";
import type { DurableQueue } from "./durable-queue.ts";
import { InlineFunction } from "./inline-function.ts";
import type { RestRoute } from "./rest-api.ts";
import { projected } from "./subscription-functions.ts";
import type { TtlTable } from "./ttl-table.ts";

export interface CustomerArgs {
  readonly oidc: OidcConfiguration;
  readonly plans: PlansConfiguration;
  readonly stripe: StripeConfiguration;
  readonly access: AccessConfiguration;
  readonly attempts: TtlTable;
  readonly customers: TtlTable;
  readonly audits: TtlTable;
  /** Whose access may have ended. */
  readonly revocations: DurableQueue;
  readonly corsOrigins: readonly string[];
}

/** What a customer does: see what is sold, buy it, look at what it has, change it, or open Stripe's portal. */
export class CustomerFunctions extends pulumi.ComponentResource {
  readonly functions: readonly InlineFunction[];
  readonly routes: readonly RestRoute[];

  constructor(
    name: string,
    args: CustomerArgs & { readonly logRetentionDays: number },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("synapse-d:components:CustomerFunctions", name, {}, options);
    const { oidc, plans, stripe, attempts, customers, audits, logRetentionDays } = args;
    const parent = { parent: this };
    const forPages = { CORS_ORIGINS: JSON.stringify(args.corsOrigins) };
    const environment = {
      ...forPages,
      CUSTOMERS_TABLE: customers.name,
      OIDC_ISSUER: oidc.issuer,
      OIDC_AUDIENCE: oidc.audience,
      TENANT_CLAIM: oidc.tenantClaim,
      SHARED_TENANT: oidc.sharedTenant ?? "",
      LOOPBACK_ISSUER: String(oidc.loopbackIssuer),
      STRIPE_KEY_ARN: stripe.secretKeyArn,
      STRIPE_API_URL: stripe.apiUrl ?? "",
    };
    const sold = { PLANS: JSON.stringify(plans) };
    // Stripe may be slow; API Gateway waits for 29 seconds.
    const size = { memorySize: 512, timeout: 25, logRetentionDays };
    const list = new InlineFunction(
      "ListPlansHandler",
      { module: "billing/purchases/list-plans", environment: { ...forPages, ...sold }, logRetentionDays },
      parent,
    );
    const create = new InlineFunction(
      "CreateSubscriptionHandler",
      {
        module: "billing/purchases/create-subscription",
        environment: {
          ...environment,
          ...sold,
          ATTEMPTS_TABLE: attempts.name,
          SUCCESS_URL: stripe.successUrl,
          CANCEL_URL: stripe.cancelUrl,
        },
        ...size,
      },
      parent,
    );
    const show = new InlineFunction(
      "ShowSubscriptionHandler",
      {
        module: "billing/subscriptions/show-subscription",
        environment: {
          ...environment,
          AUDITS_TABLE: audits.name,
          ATTEMPTS_TABLE: attempts.name,
          REVOCATIONS_QUEUE_URL: args.revocations.url,
          ...sold,
          ACCESS: JSON.stringify(args.access),
        },
        ...size,
      },
      parent,
    );
    const change = new InlineFunction(
      "ChangeSubscriptionHandler",
      {
        module: "billing/subscriptions/change-subscription",
        environment: { ...environment, ATTEMPTS_TABLE: attempts.name, ...sold },
        ...size,
      },
      parent,
    );
    const portal = new InlineFunction(
      "OpenPortalHandler",
      {
        module: "billing/subscriptions/open-portal",
        environment: { ...environment, PORTAL_RETURN_URL: stripe.portalReturnUrl },
        ...size,
      },
      parent,
    );
    for (const handler of [create, show, change, portal]) {
      customers.grantRead(handler);
      handler.grant("stripe-key", {
        actions: ["secretsmanager:GetSecretValue"],
        resources: [stripe.secretKeyArn],
      });
    }
    customers.grantUpdate(create, ["user", "stripeCustomerId", "v"]);
    customers.grantUpdate(show, projected);
    audits.grantPut(show);
    args.revocations.grantSend(show);
    for (const handler of [create, show, change]) {
      attempts.grantRead(handler);
      attempts.grantUpdate(handler, attempted);
    }
    const changed = (action: ChangeAction, model: string): RestRoute => ({
      method: "POST",
      path: `subscription/${action}`,
      handler: change,
      body: { name: model, schema: changeRequests[action] },
      throttle: { rate: 20, burst: 50 },
    });
    this.functions = [list, create, show, change, portal];
    this.routes = [
      { method: "GET", path: "plans", handler: list, throttle: { rate: 100, burst: 200 } },
      {
        method: "POST",
        path: "subscriptions",
        handler: create,
        body: { name: "SubscriptionRequest", schema: subscriptionRequest },
        throttle: { rate: 20, burst: 50 },
      },
      { method: "GET", path: "subscription", handler: show, throttle: { rate: 100, burst: 200 } },
      changed("cancel", "CancelRequest"),
      changed("resume", "ResumeRequest"),
      changed("change", "ChangeRequest"),
      {
        method: "POST",
        path: "portal",
        handler: portal,
        body: { name: "PortalRequest", schema: portalRequest },
        throttle: { rate: 20, burst: 50 },
      },
    ];
    this.registerOutputs({});
  }
}

/** What is written of an attempt's row, its key named too. */
const attempted = "user name request attempt leaseUntil outcome version expiresAt v".split(" ");
