import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Ready, userToken } from "../../tests/journeys/running-program.ts";
import { stripeAt } from "../../tests/journeys/stripe-at.ts";
import { type Child, startChild } from "../child.ts";
import { startSynapse as startProgram } from "../synapse.ts";
import { webhookSecret } from "./webhook-secret.ts";

export interface Contestant {
  readonly name: string;
  readonly child: Child;
  /** Where events are posted. */
  readonly url: string;
  /** The control API of its local cloud. */
  readonly control: string;
}

/** `npm start`, with customers who have paid, and a secret that the bench can sign with. */
export async function startSynapse(
  customers: number,
): Promise<Contestant & { readonly customerIds: readonly string[] }> {
  const { child, ready } = await startProgram();
  await putSecret(ready);
  for (let index = 0; index < customers; index += 1) {
    await buy(ready, index);
  }
  const { data } = await (await stripeAt(ready)).customers.list({ limit: 100 });
  return {
    name: "Synapse-D",
    child,
    url: `${ready.billing}/stripe/webhook`,
    control: ready.control,
    customerIds: data.map(({ id }) => id),
  };
}

/** A user buys the first plan, and pays. */
async function buy(ready: Ready, index: number): Promise<void> {
  const answer = await fetch(`${ready.billing}/subscriptions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await userToken(ready, `user-${index}`)}`,
      "content-type": "application/json",
      "idempotency-key": `purchase-number-${index}`,
    },
    body: JSON.stringify({ plan: "team", mode: "checkout", customer: { name: "Ada", country: "DE" } }),
  });
  if (answer.status !== 201) throw new Error(`POST /subscriptions: ${answer.status} ${await answer.text()}`);
  const { url } = (await answer.json()) as { url: string };
  const form = new URLSearchParams({ method: "pm_card_visa", email: "ada@example.com" });
  await fetch(url, { method: "POST", body: form, redirect: "manual" });
}

interface Operator {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly operation: { readonly stripe: { readonly webhookSecretArns: readonly string[] } };
}

/** Before the first webhook comes, so that no instance has read another. */
async function putSecret({ control }: Ready): Promise<void> {
  const answer = await fetch(`${control}/operator`, { method: "POST" });
  const { endpoint, region, credentials, operation } = (await answer.json()) as Operator;
  const secrets = new SecretsManagerClient({ endpoint, region, credentials });
  const [SecretId] = operation.stripe.webhookSecretArns;
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: webhookSecret }));
  secrets.destroy();
}

/** The least that this architecture can do. */
export async function startFloor(): Promise<Contestant> {
  const child = await startChild(process.execPath, [
    "bench/servers/floor.ts",
    "bench/webhook/floor/program.ts",
  ]);
  return { name: "floor", child, url: String(child.ready.url), control: String(child.ready.control) };
}
