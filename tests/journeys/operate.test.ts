import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { textOf } from "../docs/document.ts";
import { pay } from "./buy-plan.ts";
import { control } from "./control.ts";
import {
  advanceClock,
  endPrograms,
  eventually,
  logLines,
  type Ready,
  startProgram,
  userToken,
} from "./running-program.ts";
import { stripeAt } from "./stripe-at.ts";

afterAll(endPrograms);

const root = join(import.meta.dirname, "..", "..");

/** Runs the commands of a runbook's `sh` blocks, for the local stack in place of prod. */
function runbook(page: string, ready: Ready, replace: (command: string) => string = (same) => same) {
  const commands = [...textOf(`docs/runbooks/${page}.md`).matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(
    ([, block = ""]) => block.trim().split("\n"),
  );
  expect(commands.filter((command) => !command.includes("--stack prod"))).toEqual([]);
  return commands.map(
    (command) => () => shell(replace(command.replace("--stack prod", `--local ${ready.control}`))),
  );
}

interface Ran {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly stderr: string;
}

function shell(command: string): Promise<Ran> {
  const child = spawn("sh", ["-c", command], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve) =>
    child.on("close", (code) => resolve({ code, lines: stdout.trimEnd().split("\n"), stderr })),
  );
}

const requestFaults = (ready: Ready, faults: readonly object[]) =>
  fetch(`${ready.stripeControl}/requests`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  });

const projections = async (ready: Ready) =>
  (await logLines(ready, "ProjectionWorker")).map(({ message }) => JSON.parse(message));

test("what became a dead letter while Stripe was down is found and redriven by the runbook", async () => {
  const { ready, stop } = await startProgram();
  const stripe = await stripeAt(ready);
  await requestFaults(ready, [{ kind: "error", method: "GET", path: "/v1/subscriptions", times: 64 }]);
  const { id: customer } = await stripe.customers.create({ metadata: { synapse_user: "dev#ada" } });
  const card = await stripe.paymentMethods.attach("pm_card_visa", { customer });
  await stripe.customers.update(customer, { name: "Ada" });
  for (const times of [1, 2, 3, 4, 5, 6, 7, 8]) {
    await eventually(`${times} tries`, async () =>
      (await projections(ready)).filter(({ receiveCount }) => receiveCount >= times).length > 0
        ? true
        : undefined,
    );
    await advanceClock(ready, 70_000);
  }
  const [list, show, dryRun, redrive, listAgain] = runbook("dead-letters", ready);
  await eventually("a dead letter", async () =>
    (await list?.())?.lines.includes("billing-events  1") ? true : undefined,
  );
  const shown = await show?.();
  expect(shown?.lines[0]).toMatch(/ {2}eventId=evt_\w+ {2}type=customer\.updated {2}.*customerId=cus_\w+$/);
  expect(JSON.stringify(shown)).not.toContain("Ada");
  expect((await dryRun?.())?.lines.at(-1)).toMatch(/^1 would be redriven, to .*\/billing-events\.fifo$/);
  await requestFaults(ready, []);
  const [price] = (await stripe.prices.list()).data;
  await stripe.subscriptions.create({
    ...{ customer, items: [{ price: price?.id ?? "" }], default_payment_method: card.id },
  });
  expect(await redrive?.()).toMatchObject({ code: 0, stderr: "" });
  await eventually("the message was projected", async () =>
    (await projections(ready)).find(
      ({ stripeType, outcome }) => stripeType === "customer.updated" && outcome === "projected",
    ),
  );
  expect((await listAgain?.())?.lines).toContain("billing-events  0");
  await stop();
}, 120_000);

test("an event whose webhook was lost is replayed by the runbook", async () => {
  const { ready, stop } = await startProgram();
  const stripe = await stripeAt(ready);
  await fetch(`${ready.stripeControl}/deliveries`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([{ kind: "lose", silently: true, times: 1_000 }]),
  });
  const { id: customer } = await stripe.customers.create({ metadata: { synapse_user: "dev#ada" } });
  const [price] = (await stripe.prices.list()).data;
  const card = await stripe.paymentMethods.attach("pm_card_visa", { customer });
  await stripe.subscriptions.create({
    ...{ customer, items: [{ price: price?.id ?? "" }], default_payment_method: card.id },
  });
  const [event] = (await stripe.events.list({ type: "customer.subscription.created" })).data;
  const id = event?.id ?? "";
  const [look, replay] = runbook("replay-event", ready, (command) => command.replace("evt_1RKz3q", id));
  const about = `${id}  customer.subscription.created  ${customer}  refresh`;
  expect(await look?.()).toEqual({ code: 0, lines: [`${about}  would be queued`], stderr: "" });
  expect(await projections(ready)).toEqual([]);
  expect(await replay?.()).toEqual({ code: 0, lines: [`${about}  queued`], stderr: "" });
  const line = await eventually("the event was projected", async () => (await projections(ready)).at(0));
  expect(line).toMatchObject({ outcome: "projected", stripeEventId: id, transitions: 1 });

  const refused = async (argument: string) =>
    (await shell(`npm run --silent replay -- ${argument} --local ${ready.control}`)).stderr.trim();
  expect(await refused("evt_gone")).toBe("replay: Stripe has no event evt_gone; it keeps events for 30 days");
  const [unused] = (await stripe.events.list({ type: "payment_method.attached" })).data;
  expect(await refused(unused?.id ?? "")).toBe(
    `replay: ${unused?.id} is a payment_method.attached, which nothing here uses`,
  );
  expect(await refused("cus_1")).toBe('replay: "cus_1" is no id of an event; expected evt_…');
  const thin = (await stripe.v2.core.events.list()).data.find(
    ({ type }) => type === "v1.customer.subscription.created",
  );
  const [, replayThin] = runbook("replay-event", ready, (command) =>
    command.replace("evt_1RKz3q", thin?.id ?? ""),
  );
  expect((await replayThin?.())?.lines[0]).toMatch(
    /v1\.customer\.subscription\.created {2}sub_\w+ {2}refresh {2}queued$/,
  );
  await eventually("the thin event was projected", async () =>
    (await projections(ready)).find(
      ({ stripeEventId, outcome }) => stripeEventId === thin?.id && outcome === "projected",
    ),
  );
  await stop();
}, 60_000);

test("Stripe is set up by the runbook, and the second time there is nothing to do", async () => {
  const { ready, stop } = await startProgram();
  const stripe = await stripeAt(ready);
  const [look, setUp, check] = runbook("set-up-stripe", ready);
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
  await advanceClock(ready, 5 * 60_000);
  const { id: customer } = await stripe.customers.create({ metadata: { synapse_user: "dev#ada" } });
  await stripe.customers.update(customer, { name: "Ada" });
  await eventually("an event that is signed with it", async () => (await projections(ready)).at(0));
  await stop();
}, 60_000);

test("the rows of a table are taken out of one stack and into another by the runbook", async () => {
  const [from, into] = await Promise.all([startProgram(), startProgram()]);
  const folder = mkdtempSync(join(tmpdir(), "synapse-d-rows-"));
  const planOf = async (ready: Ready, user: string) => {
    const authorization = `Bearer ${await userToken(ready, user)}`;
    const answer = await fetch(`${ready.billing}/subscription`, { headers: { authorization } });
    return ((await answer.json()) as { plan?: string }).plan;
  };
  for (const user of ["ada", "bob"]) {
    await pay(from.ready, await userToken(from.ready, user), `${user}-buys-the-plan-once`, user);
    await eventually(`${user} has access`, async () => (await planOf(from.ready, user)) || undefined);
  }
  const inFolder = (command: string) => command.replace(/--file /, `--file ${folder}/`);
  const [list, tryOut, out] = runbook("move-table", from.ready, inFolder);
  expect((await list?.())?.lines.find((line) => line.startsWith("customers "))).toMatch(
    /^customers {2}customers {2}restorable from \d{4}-\S+Z to \S+Z$/,
  );
  const file = `${folder}/customers.jsonl.gz`;
  expect((await tryOut?.())?.lines).toEqual([`customers  2 rows  would be exported to ${file}`]);
  expect((await out?.())?.lines).toEqual([`customers  2 rows  exported to ${file}`]);
  const [, , , tryIn, importRows, count] = runbook("move-table", into.ready, inFolder);
  expect((await tryIn?.())?.lines).toEqual([
    `customers  2 rows  would be imported from ${file}, 0 that are there stay`,
  ]);
  expect((await importRows?.())?.lines).toEqual([
    `customers  2 rows  imported from ${file}, 0 that are there stay`,
  ]);
  expect((await importRows?.())?.lines).toEqual([
    `customers  0 rows  imported from ${file}, 2 that are there stay`,
  ]);
  expect(await planOf(into.ready, "ada")).toBe("team");
  expect((await count?.())?.lines).toEqual([`customers  2 rows  would be exported to ${folder}/again.jsonl`]);
  const refused = await shell(
    `npm run --silent table -- export --table nowhere --file ${file} --local ${into.ready.control}`,
  );
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^table: there is no table "nowhere"; expected one of peers, /),
  });
  rmSync(folder, { recursive: true });
  await Promise.all([from.stop(), into.stop()]);
}, 120_000);

test("what is kept about a user is deleted by the runbook, and does not come back", async () => {
  const { ready, stop } = await startProgram();
  const stripe = await stripeAt(ready);
  await pay(ready, await userToken(ready, "ada"), "ada-buys-the-plan-once", "Ada");
  await pay(ready, await userToken(ready, "bob"), "bob-buys-the-plan-once", "Bob");
  const rows = async (table: string) =>
    (
      (await control(ready, "GET", `/tables/${table}/items?limit=1000`)) as { items: { user: string }[] }
    ).items
      .map(({ user }) => user)
      .filter((user) => user === "dev#ada");
  await eventually("two have access", async () =>
    (await projections(ready)).filter(({ transitions }) => transitions > 0).length >= 2 ? true : undefined,
  );
  const [look, forget, check] = runbook("delete-a-user", ready, (command) =>
    command.replace("acme#auth0|42", "dev#ada"),
  );
  const { data: customers } = await stripe.customers.list();
  const customer = customers.find(({ metadata }) => metadata.synapse_user === "dev#ada")?.id ?? "";
  expect(await look?.()).toMatchObject({
    code: 1,
    stderr: `table: dev#ada has access: delete the customer ${customer} at Stripe first, then wait a minute\n`,
  });
  expect(await rows("customers")).toHaveLength(1);

  await stripe.customers.del(customer);
  await eventually("access has ended", async () => ((await look?.())?.code === 0 ? true : undefined));
  const [ofCustomers, ofAudits, ofAttempts] = (await forget?.())?.lines ?? [];
  expect([ofCustomers, ofAudits]).toEqual(["customers  1 rows  removed", "audits  2 rows  removed"]);
  expect(ofAttempts).toMatch(/^attempts {2}[1-9] rows {2}removed$/);
  // The reconciler walks all subscriptions once an hour.
  await advanceClock(ready, 2 * 3_600_000);
  expect(await Promise.all(["customers", "audits", "attempts"].map(rows))).toEqual([[], [], []]);
  expect((await check?.())?.lines).toEqual([
    "customers  0 rows  would be removed",
    "audits  0 rows  would be removed",
    "attempts  0 rows  would be removed",
  ]);
  const bobs = (await control(ready, "GET", "/tables/customers/items")) as { items: { user: string }[] };
  expect(bobs.items.map(({ user }) => user)).toContain("dev#bob");
  await stop();
}, 120_000);
