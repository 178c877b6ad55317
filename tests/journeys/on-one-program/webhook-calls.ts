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
}

const projections = async () =>
  (await logLines(program.ready, "ProjectionWorker")).map(({ message }) => JSON.parse(message) as Line);

const usesOf = async (role: string) =>
  (await grantUses(program.ready))
    .filter(({ holder, action }) => holder === role && !/^(logs|xray|secretsmanager):/.test(action))
    .map(({ action, resource, uses }) => [`${action} ${resource.split(":").at(-1)}`, uses] as const);

// Change these when the path of a webhook changes, and the figures of bench/README.md with them.
test("a webhook takes one AWS call, a projection three when nothing changes and five at most, and one read of Stripe", async () => {
  const { ready } = program;
  await pay(ready, await userToken(ready, "counted"), "purchase-that-is-counted", "Counted");
  const stripe = await stripeAt(ready);
  const types = ["customer.subscription.*", "invoice.paid", "checkout.session.completed"];
  const bought = (await stripe.events.list({ types, limit: 3 })).data;
  const projectionOf = (id: string | undefined) =>
    eventually("the event is projected", async () =>
      (await projections()).find(({ stripeEventId, outcome }) => stripeEventId === id && outcome),
    );
  for (const { id } of bought) await projectionOf(id);

  const before = new Map(await usesOf("WebhookHandler"));
  const [{ id } = { id: "" }] = (await stripe.subscriptions.list({ limit: 1 })).data;
  await stripe.subscriptions.update(id, { metadata: { counted: "again" } });
  const [updated] = (await stripe.events.list({ types, limit: 1 })).data;
  const again = await projectionOf(updated?.id);
  expect(again).toMatchObject({ outcome: "projected", awsCalls: 3, stripeCalls: 1 });
  const calls = (await usesOf("WebhookHandler")).map(([call, uses]) => [
    call,
    uses - (before.get(call) ?? 0),
  ]);
  expect(calls).toEqual([["sqs:SendMessage billing-events.fifo", 1]]);

  const ids = new Set(bought.map((event) => event.id));
  const own = (await projections()).filter(
    ({ stripeEventId = "", stripeCalls = 0 }) => ids.has(stripeEventId) && stripeCalls > 0,
  );
  expect(own.length).toBeGreaterThan(0);
  for (const { awsCalls = 0, stripeCalls, coldStart = false } of own) {
    expect(stripeCalls).toBe(1);
    // A change leaves an audit row, and that of the change before is written again, in case a crash kept it. A new
    // instance reads its secret first.
    expect(awsCalls - (coldStart ? 1 : 0)).toBeLessThanOrEqual(5);
  }
}, 60_000);
