import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { pay } from "./buy-plan.ts";
import { control } from "./control.ts";
import { inProcess, runbook } from "./runbook.ts";
import {
  advanceClock,
  endPrograms,
  eventually,
  linesFromNow,
  type Ready,
  startProgram,
  userToken,
} from "./running-program.ts";
import { stripeAt } from "./stripe-at.ts";

let one: Ready;
let other: Ready;

// Two for all of them: each test has users of its own, and ends the faults that it began.
beforeAll(async () => {
  [one, other] = (await Promise.all([startProgram(), startProgram()])).map(({ ready }) => ready) as [
    Ready,
    Ready,
  ];
}, 60_000);
afterAll(endPrograms);

/** What befalls requests to Stripe, or its webhooks. */
const putFaults = (ready: Ready, of: "requests" | "deliveries", faults: readonly object[]) =>
  fetch(`${ready.stripeControl}/${of}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  });

/** The lines of what is projected from now on. */
async function projectionsFromNow(ready: Ready): Promise<() => Promise<Projected[]>> {
  const lines = await linesFromNow(ready, "ProjectionWorker");
  return async () => (await lines()).map(({ message }) => JSON.parse(message));
}

interface Projected {
  readonly outcome: string;
  readonly receiveCount: number;
  readonly stripeType: string;
  readonly stripeEventId: string;
  readonly transitions: number;
}

test("the rows of a table are taken out of one stack and into another by the runbook", async () => {
  const folder = mkdtempSync(join(tmpdir(), "synapse-d-rows-"));
  const planOf = async (ready: Ready, user: string) => {
    const authorization = `Bearer ${await userToken(ready, user)}`;
    const answer = await fetch(`${ready.billing}/subscription`, { headers: { authorization } });
    return ((await answer.json()) as { plan?: string }).plan;
  };
  for (const user of ["ada", "bob"]) {
    await pay(one, await userToken(one, user), `${user}-buys-the-plan-once`, user);
    await eventually(`${user} has access`, async () => (await planOf(one, user)) || undefined);
  }
  const inFolder = (command: string) => command.replace(/--file /, `--file ${folder}/`);
  const [list, tryOut, out] = runbook("move-table", one, inFolder);
  expect((await list?.())?.lines.find((line) => line.startsWith("customers "))).toMatch(
    /^customers {2}customers {2}restorable from \d{4}-\S+Z to \S+Z$/,
  );
  const file = `${folder}/customers.jsonl.gz`;
  expect((await tryOut?.())?.lines).toEqual([`customers  2 rows  would be exported to ${file}`]);
  expect((await out?.())?.lines).toEqual([`customers  2 rows  exported to ${file}`]);
  const [, , , tryIn, importRows, count] = runbook("move-table", other, inFolder);
  expect((await tryIn?.())?.lines).toEqual([
    `customers  2 rows  would be imported from ${file}, 0 that are there stay`,
  ]);
  expect((await importRows?.())?.lines).toEqual([
    `customers  2 rows  imported from ${file}, 0 that are there stay`,
  ]);
  expect((await importRows?.())?.lines).toEqual([
    `customers  0 rows  imported from ${file}, 2 that are there stay`,
  ]);
  expect(await planOf(other, "ada")).toBe("team");
  expect((await count?.())?.lines).toEqual([`customers  2 rows  would be exported to ${folder}/again.jsonl`]);
  const refused = await inProcess(
    `npm run --silent table -- export --table nowhere --file ${file} --local ${other.control}`,
  );
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^table: there is no table "nowhere"; expected one of peers, /),
  });
  rmSync(folder, { recursive: true });
}, 120_000);

test("an event whose webhook was lost is replayed by the runbook", async () => {
  const stripe = await stripeAt(one);
  const projections = await projectionsFromNow(one);
  await putFaults(one, "deliveries", [{ kind: "lose", silently: true, times: 1_000 }]);
  const { id: customer } = await stripe.customers.create({ metadata: { synapse_user: "dev#cleo" } });
  const [price] = (await stripe.prices.list()).data;
  const card = await stripe.paymentMethods.attach("pm_card_visa", { customer });
  await stripe.subscriptions.create({
    ...{ customer, items: [{ price: price?.id ?? "" }], default_payment_method: card.id },
  });
  const [event] = (await stripe.events.list({ type: "customer.subscription.created" })).data;
  const id = event?.id ?? "";
  const [look, replay] = runbook("replay-event", one, (command) => command.replace("evt_1RKz3q", id));
  const about = `${id}  customer.subscription.created  ${customer}  refresh`;
  expect(await look?.()).toEqual({ code: 0, lines: [`${about}  would be queued`], stderr: "" });
  expect(await projections()).toEqual([]);
  expect(await replay?.()).toEqual({ code: 0, lines: [`${about}  queued`], stderr: "" });
  const line = await eventually("the event was projected", async () => (await projections()).at(0));
  expect(line).toMatchObject({ outcome: "projected", stripeEventId: id, transitions: 1 });

  const refused = async (argument: string) =>
    (await inProcess(`npm run --silent replay -- ${argument} --local ${one.control}`)).stderr.trim();
  expect(await refused("evt_gone")).toBe("replay: Stripe has no event evt_gone; it keeps events for 30 days");
  const [unused] = (await stripe.events.list({ type: "payment_method.attached" })).data;
  expect(await refused(unused?.id ?? "")).toBe(
    `replay: ${unused?.id} is a payment_method.attached, which nothing here uses`,
  );
  expect(await refused("cus_1")).toBe('replay: "cus_1" is no id of an event; expected evt_…');
  const thin = (await stripe.v2.core.events.list()).data.find(
    ({ type }) => type === "v1.customer.subscription.created",
  );
  const [, replayThin] = runbook("replay-event", one, (command) =>
    command.replace("evt_1RKz3q", thin?.id ?? ""),
  );
  expect((await replayThin?.())?.lines[0]).toMatch(
    /v1\.customer\.subscription\.created {2}sub_\w+ {2}refresh {2}queued$/,
  );
  await eventually("the thin event was projected", async () =>
    (await projections()).find(
      ({ stripeEventId, outcome }) => stripeEventId === thin?.id && outcome === "projected",
    ),
  );
  await putFaults(one, "deliveries", []);
}, 60_000);

test("what is kept about a user is deleted by the runbook, and does not come back", async () => {
  const stripe = await stripeAt(one);
  const projections = await projectionsFromNow(one);
  await pay(one, await userToken(one, "fay"), "fay-buys-the-plan-once", "Fay");
  await pay(one, await userToken(one, "gus"), "gus-buys-the-plan-once", "Gus");
  const rows = async (table: string) =>
    ((await control(one, "GET", `/tables/${table}/items?limit=1000`)) as { items: { user: string }[] }).items
      .map(({ user }) => user)
      .filter((user) => user === "dev#fay");
  await eventually("two have access", async () =>
    (await projections()).filter(({ transitions }) => transitions > 0).length >= 2 ? true : undefined,
  );
  const [look, forget, check] = runbook("delete-a-user", one, (command) =>
    command.replace("acme#auth0|42", "dev#fay"),
  );
  const { data: customers } = await stripe.customers.list();
  const customer = customers.find(({ metadata }) => metadata.synapse_user === "dev#fay")?.id ?? "";
  expect(await look?.()).toMatchObject({
    code: 1,
    stderr: `table: dev#fay has access: delete the customer ${customer} at Stripe first, then wait a minute\n`,
  });
  expect(await rows("customers")).toHaveLength(1);

  await stripe.customers.del(customer);
  await eventually("access has ended", async () => ((await look?.())?.code === 0 ? true : undefined));
  const [ofCustomers, ofAudits, ofAttempts] = (await forget?.())?.lines ?? [];
  expect([ofCustomers, ofAudits]).toEqual(["customers  1 rows  removed", "audits  2 rows  removed"]);
  expect(ofAttempts).toMatch(/^attempts {2}[1-9] rows {2}removed$/);
  // The reconciler walks all subscriptions once an hour, by a schedule of five minutes.
  await advanceClock(one, 70 * 60_000);
  expect(await Promise.all(["customers", "audits", "attempts"].map(rows))).toEqual([[], [], []]);
  expect((await check?.())?.lines).toEqual([
    "customers  0 rows  would be removed",
    "audits  0 rows  would be removed",
    "attempts  0 rows  would be removed",
  ]);
  const gus = (await control(one, "GET", "/tables/customers/items")) as { items: { user: string }[] };
  expect(gus.items.map(({ user }) => user)).toContain("dev#gus");
}, 120_000);

test("Stripe is set up by the runbook, and the second time there is nothing to do", async () => {
  const stripe = await stripeAt(other);
  const [look, setUp, check] = runbook("set-up-stripe", other);
  const ids = (await stripe.prices.list()).data.map(({ id }) => id).toReversed();
  const [endpoint] = (await stripe.webhookEndpoints.list()).data;
  const arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:synapse-d/stripe-webhook";
  const lines = (state: string) => [
    `plan team  ${ids[0]}  ${state}`,
    `plan studio  ${ids[1]}  ${state}`,
    `webhook  ${endpoint?.id}  ${state}`,
    `secret  ${arn}  not checked: the endpoint was not made by this command`,
  ];
  expect(await look?.()).toEqual({ code: 0, lines: lines("would be changed"), stderr: "" });
  expect(await setUp?.()).toEqual({ code: 0, lines: lines("changed"), stderr: "" });
  expect(await check?.()).toEqual({ code: 0, lines: lines("unchanged"), stderr: "" });

  // An endpoint that it makes itself: its secret reaches the functions.
  await stripe.webhookEndpoints.del(endpoint?.id ?? "");
  const [, , , secret] = (await check?.())?.lines ?? [];
  expect(secret).toBe(`secret  ${arn}  stored`);
  // A function uses what it has read for five minutes.
  await advanceClock(other, 5 * 60_000);
  const projections = await projectionsFromNow(other);
  const { id: customer } = await stripe.customers.create({ metadata: { synapse_user: "dev#eve" } });
  await stripe.customers.update(customer, { name: "Eve" });
  await eventually("an event that is signed with it", async () => (await projections()).at(0));
}, 60_000);

test("what became a dead letter while Stripe was down is found and redriven by the runbook", async () => {
  const stripe = await stripeAt(other);
  const projections = await projectionsFromNow(other);
  await putFaults(other, "requests", [
    { kind: "error", method: "GET", path: "/v1/subscriptions", times: 64 },
  ]);
  const { id: customer } = await stripe.customers.create({ metadata: { synapse_user: "dev#dan" } });
  const card = await stripe.paymentMethods.attach("pm_card_visa", { customer });
  await stripe.customers.update(customer, { name: "Dan" });
  for (const times of [1, 2, 3, 4, 5, 6, 7, 8]) {
    await eventually(`${times} tries`, async () =>
      (await projections()).filter(({ receiveCount }) => receiveCount >= times).length > 0 ? true : undefined,
    );
    await advanceClock(other, 70_000);
  }
  const [list, show, dryRun, redrive, listAgain] = runbook("dead-letters", other);
  await eventually("a dead letter", async () =>
    (await list?.())?.lines.includes("billing-events  1") ? true : undefined,
  );
  const shown = await show?.();
  expect(shown?.lines[0]).toMatch(/ {2}eventId=evt_\w+ {2}type=customer\.updated {2}.*customerId=cus_\w+$/);
  expect(JSON.stringify(shown)).not.toContain("Dan");
  expect((await dryRun?.())?.lines.at(-1)).toMatch(/^1 would be redriven, to .*\/billing-events\.fifo$/);
  await putFaults(other, "requests", []);
  // No webhook comes of it, with which the message would be projected in one go.
  await putFaults(other, "deliveries", [{ kind: "lose", silently: true, times: 1_000 }]);
  const [price] = (await stripe.prices.list()).data;
  await stripe.subscriptions.create({
    ...{ customer, items: [{ price: price?.id ?? "" }], default_payment_method: card.id },
  });
  expect(await redrive?.()).toMatchObject({ code: 0, stderr: "" });
  const projected = await eventually("the message was projected", async () =>
    (await projections()).find(({ outcome }) => outcome === "projected"),
  );
  expect(projected).toMatchObject({ stripeType: "customer.updated", transitions: 1 });
  expect((await listAgain?.())?.lines).toContain("billing-events  0");
  await putFaults(other, "deliveries", []);
}, 120_000);
