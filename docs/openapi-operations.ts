import type * as v from "valibot";
import * as answers from "../functions/billing/callers/answers.ts";
import type { ProblemCode } from "../functions/billing/callers/problems.ts";
import { proofRequest } from "../functions/billing/proofs/proof-request.ts";
import { subscriptionRequest } from "../functions/billing/purchases/subscription-request.ts";
import { changeRequests } from "../functions/billing/subscriptions/change-request.ts";
import { portalRequest } from "../functions/billing/subscriptions/portal-request.ts";
import { stripeEvent } from "../functions/billing/webhook/stripe-event.ts";

/** One path and method of the billing API. */
export interface Operation {
  readonly id: string;
  readonly method: "get" | "post";
  readonly path: string;
  readonly summary: string;
  /** `user`: an access token. `stripe`: Stripe's signature. */
  readonly caller: "anybody" | "user" | "stripe";
  readonly isIdempotent?: true;
  readonly query?: { readonly name: string; readonly description: string };
  readonly body?: {
    readonly name: string;
    readonly schema: v.GenericSchema;
    readonly examples: Readonly<Record<string, unknown>>;
  };
  readonly answer: {
    readonly status: 200 | 201;
    readonly description: string;
    /** By name; the body is one of them. */
    readonly schemas: Readonly<Record<string, v.GenericSchema>>;
  };
  /** Why the function refuses, apart from what every caller with a token may be told. */
  readonly refusals: readonly ProblemCode[];
}

/** Of every operation of a user. */
export const tokenRefusals: readonly ProblemCode[] = [
  "token_missing",
  "token_malformed",
  "token_algorithm_refused",
  "token_key_unknown",
  "token_signature_invalid",
  "token_expired",
  "token_not_yet_valid",
  "token_issuer_wrong",
  "token_audience_wrong",
  "token_use_wrong",
  "token_claims_invalid",
  "tenant_missing",
  "tenant_invalid",
  "keys_unavailable",
  "storage_unavailable",
  "internal",
];

const body: readonly ProblemCode[] = ["body_too_large", "body_not_json", "body_invalid"];
const key: readonly ProblemCode[] = [
  "idempotency_key_missing",
  "idempotency_key_malformed",
  "idempotency_key_reused",
];
const payment: readonly ProblemCode[] = ["payment_refused", "payment_unavailable"];
const change: readonly ProblemCode[] = [
  ...body,
  ...key,
  ...payment,
  "subscription_missing",
  "subscription_ended",
  "subscription_in_progress",
];
const shown = { ShownSubscription: answers.shownSubscription };

export const operations: readonly Operation[] = [
  {
    id: "issueProof",
    method: "post",
    path: "/proofs",
    summary: "Get a proof with which to connect once, under one name of one channel",
    caller: "user",
    body: {
      name: "ProofRequest",
      schema: proofRequest,
      examples: {
        master: { channel: "lesson-42", role: "MASTER" },
        viewer: { channel: "lesson-42", role: "VIEWER", clientId: "kim" },
      },
    },
    answer: { status: 201, description: "A proof", schemas: { ProofIssued: answers.proofIssued } },
    refusals: [
      ...body,
      "client_id_missing",
      "client_id_not_allowed",
      "client_id_malformed",
      "client_id_hostile",
      "subscription_required",
      "channel_taken",
      "client_id_taken",
      "claim_contended",
    ],
  },
  {
    id: "listPlans",
    method: "get",
    path: "/plans",
    summary: "See what is sold",
    caller: "anybody",
    answer: { status: 200, description: "The plans", schemas: { PlansListed: answers.plansListed } },
    refusals: [],
  },
  {
    id: "createSubscription",
    method: "post",
    path: "/subscriptions",
    summary: "Buy a plan, on a page of Stripe's or in the team's app",
    caller: "user",
    isIdempotent: true,
    body: {
      name: "SubscriptionRequest",
      schema: subscriptionRequest,
      examples: {
        checkout: { plan: "team", mode: "checkout", customer: { name: "Kim Doe", country: "US" } },
        inApp: {
          plan: "team",
          mode: "in_app",
          customer: {
            name: "Kim Doe",
            country: "DE",
            vatId: "DE123456789",
            address: { line1: "Example Street 1", city: "Berlin", postalCode: "10115" },
          },
        },
      },
    },
    answer: {
      status: 201,
      description: "What is to be paid, the same for every try",
      schemas: { CheckoutMade: answers.checkoutMade, InAppMade: answers.inAppMade },
    },
    refusals: [
      ...body,
      ...key,
      ...payment,
      "plan_unknown",
      "customer_name_invalid",
      "customer_country_invalid",
      "vat_id_invalid",
      "vat_id_country_unsupported",
      "billing_address_invalid",
      "subscription_exists",
      "subscription_in_progress",
    ],
  },
  {
    id: "showSubscription",
    method: "get",
    path: "/subscription",
    summary: "See what one has bought, and what it gives",
    caller: "user",
    query: {
      name: "session_id",
      description: "Of Stripe's page, from which the caller comes back: then Stripe is asked",
    },
    answer: {
      status: 200,
      description: "The caller's own state",
      schemas: { OwnState: answers.ownState },
    },
    refusals: [],
  },
  {
    id: "cancelSubscription",
    method: "post",
    path: "/subscription/cancel",
    summary: "End a subscription with the period that is paid",
    caller: "user",
    isIdempotent: true,
    body: {
      name: "CancelRequest",
      schema: changeRequests.cancel,
      examples: { only: {}, ofGroup: { group: "default" } },
    },
    answer: { status: 200, description: "The subscription", schemas: shown },
    refusals: [...change, "group_required"],
  },
  {
    id: "resumeSubscription",
    method: "post",
    path: "/subscription/resume",
    summary: "Take a cancellation back, or end a pause",
    caller: "user",
    isIdempotent: true,
    body: {
      name: "ResumeRequest",
      schema: changeRequests.resume,
      examples: { only: {}, ofGroup: { group: "default" } },
    },
    answer: { status: 200, description: "The subscription", schemas: shown },
    refusals: [...change, "group_required"],
  },
  {
    id: "changeSubscription",
    method: "post",
    path: "/subscription/change",
    summary: "Take another plan of the same group",
    caller: "user",
    isIdempotent: true,
    body: {
      name: "ChangeRequest",
      schema: changeRequests.change,
      examples: { dearer: { plan: "studio" } },
    },
    answer: { status: 200, description: "The subscription", schemas: shown },
    refusals: [...change, "plan_unknown", "subscription_not_changeable", "change_pending"],
  },
  {
    id: "openPortal",
    method: "post",
    path: "/portal",
    summary: "Get a page of Stripe's for invoices and payment methods",
    caller: "user",
    body: { name: "PortalRequest", schema: portalRequest, examples: { only: {} } },
    answer: { status: 201, description: "The page", schemas: { PortalOpened: answers.portalOpened } },
    refusals: [...body, ...payment, "customer_missing"],
  },
  {
    id: "takeWebhook",
    method: "post",
    path: "/stripe/webhook",
    summary: "Tell of an event, as Stripe does",
    caller: "stripe",
    body: {
      name: "StripeEvent",
      schema: stripeEvent,
      examples: {
        snapshot: {
          id: "evt_1TAbCdEfGhIjKl",
          object: "event",
          type: "customer.subscription.updated",
          api_version: "2026-10-28.endive",
          created: 1_800_000_000,
          livemode: false,
          data: {
            object: { id: "sub_1TAbCdEfGhIjKl", object: "subscription", customer: "cus_TAbCdEfGhIjKl" },
          },
        },
        thin: {
          id: "evt_test_61TAbCdEfGhIjKl",
          object: "v2.core.event",
          type: "v1.customer.subscription.updated",
          created: "2027-01-15T08:00:00.000Z",
          livemode: false,
          related_object: {
            id: "sub_1TAbCdEfGhIjKl",
            type: "subscription",
            url: "/v1/subscriptions/sub_1TAbCdEfGhIjKl",
          },
        },
      },
    },
    answer: {
      status: 200,
      description: "The event is durably queued, or of no use",
      schemas: { WebhookTaken: answers.webhookTaken },
    },
    refusals: [
      "signature_missing",
      "signature_malformed",
      "signature_wrong",
      "signature_stale",
      "signature_early",
      "webhook_too_large",
      "webhook_malformed",
      "storage_unavailable",
      "internal",
    ],
  },
];
