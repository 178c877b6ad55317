import { expect, test } from "@jest/globals";
import { plan, read, sold, stripe, valid } from "./read-configured.ts";

test.each([
  [
    "a price that is none of Stripe's",
    { ...sold, plans: { team: { ...plan, priceId: "team" } } },
    "synapse-d:plans.team.priceId is wrong: expected the id of a price of Stripe, price_…",
  ],
  [
    "a price in two plans",
    { ...sold, plans: { team: plan, studio: plan } },
    "synapse-d:plans is wrong: expected each price once, in one plan",
  ],
  [
    "another plan's price among the earlier ones",
    { ...sold, plans: { team: plan, studio: { ...plan, priceId: "price_2", earlierPriceIds: ["price_1"] } } },
    "synapse-d:plans is wrong: expected each price once, in one plan",
  ],
  [
    "an earlier price that is none of Stripe's",
    { ...sold, plans: { team: { ...plan, earlierPriceIds: ["prod_1"] } } },
    "synapse-d:plans.team.earlierPriceIds.0 is wrong: expected the id of a price of Stripe, price_…",
  ],
  [
    "a plan that lacks its limits",
    { ...sold, plans: { team: { name: "Team", priceId: "price_1" } } },
    'synapse-d:plans.team.limits is wrong: Invalid key: Expected "limits" but received undefined',
  ],
  [
    "a plan's name that a URL would break on",
    { ...sold, plans: { "Team A": plan } },
    "synapse-d:plans.Team A is wrong: expected plan ids of lower-case letters, digits and hyphens",
  ],
  [
    "a trial of no day",
    { ...sold, plans: { team: { ...plan, trialDays: 0 } } },
    "synapse-d:plans.team.trialDays is wrong: Invalid value: Expected >=1 but received 0",
  ],
  [
    "a key of Stripe in place of its ARN",
    { ...sold, stripe: { ...stripe, secretKeyArn: "sk_live_1" } },
    "synapse-d:stripe.secretKeyArn is wrong: expected the ARN of a secret",
  ],
  [
    "no secret of the webhook",
    { ...sold, stripe: { ...stripe, webhookSecretArns: [] } },
    "synapse-d:stripe.webhookSecretArns is wrong: Invalid length: Expected >=1 but received 0",
  ],
  [
    "a page that is no URL",
    { ...sold, stripe: { ...stripe, successUrl: "/paid" } },
    "synapse-d:stripe.successUrl is wrong: expected the URL of a page of yours",
  ],
  [
    "another address of Stripe",
    { ...sold, stripe: { ...stripe, apiUrl: "http://127.0.0.1:1" } },
    "synapse-d:stripe.apiUrl is wrong: only npm start may set it: keys go to Stripe alone",
  ],
  [
    "Stripe without plans",
    { ...valid, stripe },
    "synapse-d:plans is wrong: expected plans, since there is synapse-d:stripe",
  ],
  [
    "plans without Stripe",
    { ...valid, plans: { team: plan } },
    "synapse-d:stripe is wrong: expected stripe, since there is synapse-d:plans",
  ],
  [
    "a grace of a year",
    { ...valid, access: { pastDueGraceDays: 365 } },
    "synapse-d:access.pastDueGraceDays is wrong: Invalid value: Expected <=60 but received 365",
  ],
  [
    "what nobody knows to do about a pause",
    { ...valid, access: { onPause: "ask" } },
    'synapse-d:access.onPause is wrong: Invalid type: Expected ("end" | "keep") but received "ask"',
  ],
  [
    "a word that does not say what a dispute does",
    { ...valid, access: { onDispute: "stop" } },
    'synapse-d:access.onDispute is wrong: Invalid type: Expected ("keep" | "end") but received "stop"',
  ],
])("%s is refused with the key, the expectation and the file", async (_, values, message) => {
  expect(await read(values)).toBe(`Pulumi.dev.yaml: ${message}`);
});
