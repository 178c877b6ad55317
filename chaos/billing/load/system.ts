import { Stripe } from "stripe";
import { startChild } from "../../../bench/child.ts";
import { findStack, type Stack } from "../../../operate/stack.ts";
import { type ChangedCopy, changedCopy } from "../../../tests/journeys/changed-copy.ts";
import { type Ready, userToken } from "../../../tests/journeys/running-program.ts";
import { stripeAt } from "../../../tests/journeys/stripe-at.ts";
import { controlAt, type Levers, leversOf } from "../../levers.ts";

/** The system under test, in its own process, with the levers of its control API and of its fake of Stripe. */
export interface System extends Levers {
  readonly ready: Ready;
  readonly stripe: Stripe;
  /** Ids of the plans, by the price at Stripe. */
  readonly plans: ReadonlyMap<string, string>;
  /** The program's queues, and the client to look at them. */
  readonly stack: Pick<Stack, "queues" | "sqs">;
  stripeControl(method: string, path: string, body?: unknown): Promise<unknown>;
  token(user: string): Promise<string>;
  stop(): Promise<void>;
}

/** Taken out of the configuration, so that only who has paid gets a proof. */
const free = `  synapse-d:freePlan:
    maxFrameBytes: 32768
    framesPerSecond: 100
    peersPerChannel: 50
    mailboxDepth: 256
    messageTtlSeconds: 60
`;

/** Runs `npm start` without the free plan until it is ready. */
export async function startSystem(instances: number): Promise<System> {
  const copy = changedCopy("Pulumi.dev.yaml", free, "");
  try {
    return await startIn(copy, instances);
  } catch (error) {
    copy.remove();
    throw error;
  }
}

async function startIn(copy: ChangedCopy, instances: number): Promise<System> {
  const options = ["--json", "--port", "0", "--instances", String(instances)];
  const child = await startChild(process.execPath, ["local/start.ts", ...options], copy.folder);
  const ready = child.ready as unknown as Ready;
  const levers = await leversOf(ready);
  const stripeControl = controlAt(ready.stripeControl);
  await stripeControl("PUT", "/settings", {
    checkoutWaitsForWebhook: false,
    retryAfterDays: [1, 2],
  });
  const stripe = await stripeAt(ready);
  const tokens = new Map<string, { readonly token: string; readonly until: number }>();
  return {
    ...levers,
    ready,
    stack: await findStack({ kind: "local", control: ready.control }),
    stripe,
    stripeControl,
    plans: await plansOf(ready, stripe),
    token: async (user) => {
      const now = levers.clock.now().latest;
      let known = tokens.get(user);
      if (!known || known.until < now) {
        known = { token: await userToken(ready, user), until: now + 20 * 60_000 };
        tokens.set(user, known);
      }
      return known.token;
    },
    stop: async () => {
      await child.stop();
      copy.remove();
    },
  };
}

async function plansOf({ billing }: Ready, stripe: Stripe): Promise<ReadonlyMap<string, string>> {
  const listed = (await (await fetch(`${billing}/plans`)).json()) as {
    plans: { id: string; name: string }[];
  };
  const { data } = await stripe.prices.list({ expand: ["data.product"], limit: 100 });
  return new Map(
    data.map(({ id, product }) => [
      id,
      listed.plans.find(({ name }) => name === (product as Stripe.Product).name)?.id ?? "",
    ]),
  );
}

/** Asks Stripe until it answers: what we do there on somebody's behalf must not end with an injected fault. */
export async function patiently<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const passes =
        error instanceof Stripe.errors.StripeConnectionError ||
        (error instanceof Stripe.errors.StripeError &&
          (error.statusCode === 429 || (error.statusCode ?? 0) >= 500));
      if (!passes || tries >= 20) throw error;
    }
  }
}
