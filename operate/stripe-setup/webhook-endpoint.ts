import { createHash, randomUUID } from "node:crypto";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Stripe } from "stripe";
import { stripeApiVersion } from "../../functions/billing/stripe/stripe-client.ts";
import { eventTypes } from "../../functions/billing/webhook/webhook-events.ts";
import { OperateError } from "../operate-error.ts";
import type { StripeAccount } from "../stripe-of.ts";
import type { SetUp } from "./price-of-plan.ts";

/** Under this name the endpoint's metadata carry whether its secret is where it belongs: `pending`, or its digits. */
const mark = "synapse_secret";

export interface EndpointSetUp {
  readonly id: string;
  readonly setUp: SetUp;
  /** `unknown`: somebody else made the endpoint, and Stripe tells a secret only once. */
  readonly secret: "unchanged" | "stored" | "unknown";
}

/**
 * The endpoint of that URL, in our API version, with the events that the webhook uses. Stripe tells the signing secret
 * once, when it makes the endpoint; it is put into Secrets Manager then, and the endpoint is marked when that is done:
 * one that was never marked is made anew. Throws OperateError for one of another API version, which cannot be changed,
 * and when the stored secret is not the endpoint's.
 */
export async function setUpEndpoint(
  account: StripeAccount,
  secrets: SecretsManagerClient,
  url: string,
  secretArn: string,
  dryRun: boolean,
): Promise<EndpointSetUp> {
  const found = await endpointAt(account, url);
  if (!found) return makeEndpoint(account, secrets, url, secretArn, dryRun);
  if (found.metadata[mark] === "pending") {
    if (!dryRun)
      await account.resilient((options) => account.stripe.webhookEndpoints.del(found.id, {}, options));
    return makeEndpoint(account, secrets, url, secretArn, dryRun);
  }
  if (found.api_version !== stripeApiVersion) {
    throw new OperateError(
      `endpoint ${found.id} has API version ${found.api_version ?? "of the account"}; expected ${stripeApiVersion}: delete it, and run this again`,
    );
  }
  const { stripe, resilient } = account;
  const isAsWanted =
    found.status === "enabled" && found.enabled_events.toSorted().join() === events.toSorted().join();
  if (!isAsWanted && !dryRun) {
    const idempotencyKey = randomUUID();
    await resilient((options) =>
      stripe.webhookEndpoints.update(
        found.id,
        { enabled_events: [...events], disabled: false },
        { ...options, idempotencyKey },
      ),
    );
  }
  const stored = found.metadata[mark];
  if (stored !== undefined && stored !== digits(await readSecret(secrets, secretArn))) {
    throw new OperateError(
      `${secretArn} does not hold the secret of endpoint ${found.id}: put it there, or delete the endpoint and run this again`,
    );
  }
  return {
    id: found.id,
    setUp: isAsWanted ? "unchanged" : "changed",
    secret: stored === undefined ? "unknown" : "unchanged",
  };
}

const events = Object.keys(eventTypes) as (keyof typeof eventTypes)[];

const digits = (secret: string): string => createHash("sha256").update(secret).digest("hex").slice(0, 16);

async function endpointAt(
  { stripe, resilient }: StripeAccount,
  url: string,
): Promise<Stripe.WebhookEndpoint | undefined> {
  // Stripe allows 16 endpoints (https://docs.stripe.com/webhooks): one page has all.
  const { data } = await resilient((options) => stripe.webhookEndpoints.list({ limit: 100 }, options));
  return data.find((endpoint) => endpoint.url === url);
}

async function makeEndpoint(
  { stripe, resilient }: StripeAccount,
  secrets: SecretsManagerClient,
  url: string,
  secretArn: string,
  dryRun: boolean,
): Promise<EndpointSetUp> {
  if (dryRun) return { id: "a new endpoint", setUp: "made", secret: "stored" };
  const [makingKey, markingKey] = [randomUUID(), randomUUID()];
  const made = await resilient((options) =>
    stripe.webhookEndpoints.create(
      {
        url,
        enabled_events: [...events],
        api_version: stripeApiVersion,
        description: "Synapse-D",
        metadata: { [mark]: "pending" },
      },
      { ...options, idempotencyKey: makingKey },
    ),
  );
  const secret = made.secret ?? "";
  await secrets.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: secret }));
  await resilient((options) =>
    stripe.webhookEndpoints.update(
      made.id,
      { metadata: { [mark]: digits(secret) } },
      { ...options, idempotencyKey: markingKey },
    ),
  );
  return { id: made.id, setUp: "made", secret: "stored" };
}

async function readSecret(secrets: SecretsManagerClient, arn: string): Promise<string> {
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
  return SecretString.trim();
}
