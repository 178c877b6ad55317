import { expect, test } from "@jest/globals";
import { pay } from "../buy-plan.ts";
import { eventually, grantUses, logLines, userToken } from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";
import { stripeAt } from "../stripe-at.ts";

const program = sharedProgram();

interface Line {
  readonly outcome?: string;
  readonly stripeEventId?: string;
  readonly awsCalls?: number;
  readonly stripeCalls?: number;
  readonly coldStart?: boolean;
  readonly stack?: string;
}

const projections = async () =>
  (await logLines(program.ready, "ProjectionWorker")).map(({ message }) => JSON.parse(message) as Line);

const usesOf = async (role: string) =>
  (await grantUses(program.ready))
    .filter(({ holder, action }) => holder === role && !/^(logs|xray|secretsmanager):/.test(action))
    .map(({ action, resource, uses }) => [`${action} ${resource.split(":").at(-1)}`, uses] as const);

// Change these when the path of a webhook changes, and the figures of bench/README.md with them.
test("a webhook takes one AWS call, a projection three, or four when access ends, and one read of Stripe", async () => {
  const { ready } = program;
  await pay(ready, await userToken(ready, "counted"), "purchase-that-is-counted", "Counted");
  const stripe = await stripeAt(ready);
  const types = ["customer.subscription.*"];
  const [{ id } = { id: "" }] = (await stripe.subscriptions.list({ limit: 1 })).data;
  /** How the newest event of the subscription was projected, with which AWS calls on a warm instance. */
  const projected = async () => {
    const [newest] = (await stripe.events.list({ types, limit: 1 })).data;
    const {
      outcome,
      awsCalls = 0,
      stripeCalls,
      coldStart,
    } = await eventually("it is projected", async () =>
      (await projections()).find((line) => line.stripeEventId === newest?.id && line.outcome),
    );
    // A new instance reads its secret first.
    return { outcome, awsCalls: awsCalls - (coldStart ? 1 : 0), stripeCalls };
  };
  await projected();

  const before = new Map(await usesOf("WebhookHandler"));
  await stripe.subscriptions.update(id, { metadata: { counted: "again" } });
  expect(await projected()).toEqual({ outcome: "projected", awsCalls: 3, stripeCalls: 1 });
  // Of which stack its metrics are.
  expect((await projections()).map(({ stack }) => stack)).toContain("local");
  const calls = (await usesOf("WebhookHandler")).map(([call, uses]) => [
    call,
    uses - (before.get(call) ?? 0),
  ]);
  expect(calls).toEqual([["sqs:SendMessage billing-events.fifo", 1]]);

  await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  expect(await projected()).toEqual({ outcome: "projected", awsCalls: 3, stripeCalls: 1 });
  await stripe.subscriptions.cancel(id);
  expect(await projected()).toEqual({ outcome: "projected", awsCalls: 4, stripeCalls: 1 });
}, 60_000);
