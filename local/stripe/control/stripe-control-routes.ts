import * as v from "valibot";
import { withJson } from "../../control/with-parsed.ts";
import { type Answer, json, problem, type Route } from "../../loopback/capability-server.ts";
import type { Account } from "../account.ts";
import { type RequestFaults, requestFault } from "../api/request-faults.ts";
import { StripeError } from "../api/stripe-error.ts";
import { plannedPayment } from "../billing/payment-plan.ts";
import { openDispute } from "../disputes.ts";
import { warnOfFraud } from "../early-fraud-warnings.ts";
import { foundIn } from "../found-in.ts";
import { authenticateIntent, confirmIntent } from "../payment-intents.ts";
import { settings } from "../settings.ts";
import { deliveryFault } from "../webhooks/delivery-faults.ts";
import { cancelNow, customerSummary } from "./dashboard.ts";

const many = <Schema extends v.GenericSchema>(schema: Schema) => v.pipe(v.array(schema), v.maxLength(64));

/**
 * What only the fake can do, as JSON below the control URL: see docs/stripe-fake.md. Lists are replaced by
 * `PUT`; what is used up leaves them. An id that is not known gets 404 `object_unknown`, and what Stripe would
 * refuse 400 `refused`.
 */
export const stripeControlRoutes = (
  account: Account,
  faults: RequestFaults,
  secretKey: string,
): readonly Route[] => [
  {
    method: "GET",
    path: "/health",
    answer: () => json({ url: account.url, now: account.clock.now(), secretKey }),
  },
  ...listRoutes("/requests", requestFault, faults),
  ...listRoutes("/payments", plannedPayment, account.paymentPlan),
  ...listRoutes("/deliveries", deliveryFault, account.deliveryFaults),
  { method: "GET", path: "/settings", answer: () => json(account.settings) },
  {
    method: "PUT",
    path: "/settings",
    answer: ({ body }) =>
      withJson(settings, body, (given) => {
        account.settings = given;
        return json(given);
      }),
  },
  {
    method: "PUT",
    path: "/same-second",
    answer: ({ body }) =>
      withJson(v.strictObject({ frozen: v.boolean() }), body, ({ frozen }) => {
        account.eventSecond = frozen ? account.now() : undefined;
        return json({ frozen });
      }),
  },
  {
    method: "POST",
    path: "/webhook-endpoints/{id}/roll",
    answer: ({ parameters: { id = "" }, body }) =>
      withJson(
        v.strictObject({
          oldSecretSeconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400)),
        }),
        body,
        (given) =>
          done(account, () => {
            if (!account.eventDestinations.get(id)) foundIn(account.webhookEndpoints, "webhook endpoint", id);
            return { secret: account.webhookSecrets.roll(id, given.oldSecretSeconds) };
          }),
      ),
  },
  {
    method: "POST",
    path: "/events/{id}/resend",
    answer: ({ parameters: { id = "" } }) =>
      account.deliveries.resend(id)
        ? json({ resent: id })
        : problem(404, "object_unknown", `There is no ${id}.`),
  },
  {
    method: "GET",
    path: "/customers/{id}",
    answer: ({ parameters: { id = "" } }) => done(account, () => customerSummary(account, id)),
  },
  {
    method: "POST",
    path: "/subscriptions/{id}/cancel",
    answer: ({ parameters: { id = "" } }) => done(account, () => cancelNow(account, id)),
  },
  {
    method: "POST",
    path: "/charges/{id}/dispute",
    answer: ({ parameters: { id = "" }, body }) =>
      withJson(
        v.strictObject({ reason: v.optional(v.pipe(v.string(), v.maxLength(100)), "fraudulent") }),
        body || "{}",
        ({ reason }) =>
          done(account, () => openDispute(account, foundIn(account.charges, "charge", id), reason)),
      ),
  },
  {
    method: "POST",
    path: "/charges/{id}/early-fraud-warning",
    answer: ({ parameters: { id = "" } }) =>
      done(account, () =>
        warnOfFraud(account, foundIn(account.charges, "charge", id), "made_with_stolen_card"),
      ),
  },
  {
    method: "POST",
    path: "/payment-intents/{id}/confirm",
    answer: ({ parameters: { id = "" }, body }) =>
      withJson(
        v.strictObject({ paymentMethod: v.pipe(v.string(), v.maxLength(100)) }),
        body,
        ({ paymentMethod }) => done(account, () => confirmIntent(account, id, paymentMethod)),
      ),
  },
  {
    method: "POST",
    path: "/payment-intents/{id}/authenticate",
    answer: ({ parameters: { id = "" }, body }) =>
      withJson(v.strictObject({ succeeds: v.boolean() }), body, ({ succeeds }) =>
        done(account, () => authenticateIntent(account, id, succeeds)),
      ),
  },
];

function listRoutes<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
  list: { add(item: v.InferOutput<Schema>): void; clear(): void; list(): readonly unknown[] },
): Route[] {
  return [
    { method: "GET", path, answer: () => json(list.list()) },
    {
      method: "PUT",
      path,
      answer: ({ body }) =>
        withJson(many(schema), body, (items) => {
          list.clear();
          for (const item of items) list.add(item);
          return json(list.list());
        }),
    },
  ];
}

function done(account: Account, work: () => object): Answer {
  try {
    return json(account.transact(null, work));
  } catch (fault) {
    if (!(fault instanceof StripeError)) throw fault;
    if (fault.status === 404) return problem(404, "object_unknown", fault.message);
    return problem(400, "refused", fault.message);
  }
}
