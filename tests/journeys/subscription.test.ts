import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Stripe } from "stripe";
import { buy, pay } from "./buy-plan.ts";
import { type ChangedCopy, changedCopy } from "./changed-copy.ts";
import { MemberSocket } from "./member-socket.ts";
import { connected, openSocket } from "./raw-socket.ts";
import {
  advanceClock,
  endPrograms,
  eventually,
  linesFromNow,
  logLines,
  type Proof,
  type RunningProgram,
  requestProof,
  startProgram,
  userToken,
} from "./running-program.ts";
import { stripeAt } from "./stripe-at.ts";

/** Taken out of the configuration, so that only who has paid may connect. */
const free = `  synapse-d:freePlan:
    maxFrameBytes: 32768
    framesPerSecond: 100
    peersPerChannel: 50
    mailboxDepth: 256
    messageTtlSeconds: 60
`;

let program: RunningProgram;
let copy: ChangedCopy;

beforeAll(async () => {
  copy = changedCopy("Pulumi.dev.yaml", free, "");
  program = await startProgram([], copy.folder);
}, 60_000);

afterAll(async () => {
  await program?.stop();
  endPrograms();
  copy?.remove();
});

// Before anybody has bought: the first run of the reconciler has nothing to compare.
test("what webhooks lost is mended when the reconciler's time has come", async () => {
  const { ready } = program;
  const deliver = (...faults: readonly object[]) =>
    fetch(`${ready.stripeControl}/deliveries`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(faults),
    });
  const lose = (silently: boolean) => deliver({ kind: "lose", silently, times: 1_000 });
  const proof = async () => {
    const token = await userToken(ready, "eve");
    return (await requestProof(ready, token, { channel: "mended", role: "MASTER" })).status;
  };
  const reconciliations = async () =>
    (await logLines(ready, "StripeReconciler")).map(({ message }) => JSON.parse(message));

  const runsUntil = (count: number) =>
    eventually(`${count} runs`, async () => {
      const runs = await reconciliations();
      return runs.length >= count ? runs : undefined;
    });

  // Its first run has nothing to compare, and is the last walk of all subscriptions for an hour.
  await advanceClock(ready, 59_000);
  expect(await runsUntil(1)).toMatchObject([{ event: "reconciliation", compared: 0, walkEnded: true }]);
  // Nothing arrives, and Stripe knows: the event is found when its webhook has had a minute.
  await lose(false);
  await pay(ready, await userToken(ready, "eve"), "purchase-of-eve-1", "Eve");
  expect(await proof()).toBe(402);
  await advanceClock(ready, 10 * 60_000);
  await eventually("access for who has paid", async () => ((await proof()) === 201 ? true : undefined));
  const found = (await runsUntil(3)).filter(({ undelivered }) => undelivered > 0);
  expect(found).toMatchObject([{ outcome: "reconciled", compared: 0, queued: 1 }]);

  // Nothing arrives, and Stripe believes that it did: only the walk of all subscriptions sees it.
  await lose(true);
  const stripe = await stripeAt(ready);
  const [subscription] = (await stripe.subscriptions.list()).data;
  await stripe.subscriptions.cancel(subscription?.id ?? "");
  expect(await proof()).toBe(201);
  await advanceClock(ready, 66 * 60_000);
  await eventually("no access any more", async () => ((await proof()) === 402 ? true : undefined));
  const runs = await reconciliations();
  expect(runs.filter(({ drifted, queued }) => drifted === 1 && queued === 1).length).toBeGreaterThan(0);
  expect(runs.filter(({ outcome }) => outcome !== "reconciled")).toEqual([]);
  await deliver();
}, 90_000);

test("a plan of the list is bought on the page to which its purchase leads, under the functions' own roles", async () => {
  const { ready } = program;
  const { plans } = (await (await fetch(`${ready.billing}/plans`)).json()) as { plans: { id: string }[] };
  expect(plans.map(({ id }) => id)).toEqual(["team", "studio"]);
  expect(JSON.stringify(plans)).not.toContain("price_");

  const token = await userToken(ready, "alice");
  const linesOf = await linesFromNow(ready, "CreateSubscriptionHandler");
  const body = { plan: "team", mode: "checkout", customer: { name: "Alice", country: "DE" } };
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => buy(ready, token, "purchase-number-1", body)),
  );
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  expect([answers.map(({ status }) => status), new Set(bodies).size]).toEqual([Array(6).fill(201), 1]);
  const { url } = JSON.parse(bodies[0] ?? "{}") as { url: string };
  expect(url).toContain(`${ready.stripe}/c/pay/`);
  expect(await (await fetch(url)).text()).toContain("Team");

  expect((await buy(ready, token, "", body)).status).toBe(400);
  const bent = await buy(ready, token, "purchase-number-2", { ...body, price: "price_1" });
  expect([bent.status, ((await bent.json()) as { code: string }).code]).toEqual([400, "body_invalid"]);
  const lines = (await linesOf()).map(({ message }) => JSON.parse(message));
  expect(lines.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toMatch(/sk_test|Alice|alice/);
}, 60_000);

test("who has no subscription is refused, pays and connects, and is cut off and refused once it is cancelled", async () => {
  const { ready } = program;
  const token = await userToken(ready, "ada");
  const proofOf = async (of: string, request: object) => requestProof(ready, of, request);
  const proof = async (of = token, request: object = { channel: "paid", role: "MASTER" }) => {
    const answer = await proofOf(of, request);
    const { code } = (await answer.json()) as { code?: string };
    return code ?? answer.status;
  };
  expect(await proof()).toBe("subscription_required");

  const watching = { channel: "paid", role: "PEER", clientId: "bob" };
  const bob = await userToken(ready, "bob");
  await pay(ready, token, "purchase-of-ada-1", "Ada");
  await pay(ready, bob, "purchase-of-bob-1", "Bob");
  const own = async (path: string, body?: object, key = path) => {
    const answered = await fetch(`${ready.billing}${path}`, {
      method: body ? "POST" : "GET",
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && {
          "content-type": "application/json",
          "idempotency-key": `of-ada-${key}-of-ada`.replaceAll("/", "-"),
        }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answered.json()) as Record<string, unknown>;
  };
  // Whether the event is here or not.
  expect(await own("/subscription?session_id=cs_test_1")).toMatchObject({ status: "active", plan: "team" });
  expect(await own("/subscription/cancel", {})).toMatchObject({ plan: "team", cancelAtPeriodEnd: true });
  expect(await own("/subscription/resume", {})).toMatchObject({ cancelAtPeriodEnd: false });
  expect(await own("/subscription/change", { plan: "studio" })).toMatchObject({ plan: "studio" });
  await eventually("the row says what Stripe said", async () =>
    (await own("/subscription")).plan === "studio" ? true : undefined,
  );
  expect(await own("/portal", {})).toEqual({ url: expect.stringContaining("/p/session/") });
  await eventually("a proof for who has paid", async () => ((await proof()) === 201 ? true : undefined));
  await eventually("another", async () => ((await proof(bob, watching)) === 201 ? true : undefined));

  const connect = async (of: string, request: object) =>
    new MemberSocket(await connected((await (await proofOf(of, request)).json()) as Proof));
  const watcher = await connect(bob, watching);
  expect(await watcher.next()).toMatchObject({ event: "present" });
  // The second takes the name, so that only the table of sockets still knows the first.
  const orphan = await connect(token, { channel: "paid", role: "MASTER" });
  const master = await connect(token, { channel: "paid", role: "MASTER" });
  expect(await watcher.nextOnes(3)).toMatchObject([
    { event: "joined", members: [{ clientId: "MASTER" }] },
    { event: "left", members: [{ clientId: "MASTER", cause: "superseded" }] },
    { event: "joined", members: [{ clientId: "MASTER" }] },
  ]);
  // Given while there was access, and not used yet.
  const unused = (await (await proofOf(token, { channel: "other", role: "MASTER" })).json()) as Proof;

  const stripe = await stripeAt(ready);
  const { data } = await stripe.subscriptions.list({ expand: ["data.customer"] });
  const [subscription] = data.filter(
    ({ customer }) => (customer as Stripe.Customer).metadata.synapse_user === "dev#ada",
  );
  const before = performance.now();
  await stripe.subscriptions.cancel(subscription?.id ?? "");
  for (const ended of [master, orphan]) {
    expect(await ended.next()).toEqual({ messageType: "REVOKED", reason: "canceled" });
    expect((await ended.socket.closed).code).toBe(1000);
  }
  const took = performance.now() - before;
  console.log(`from the cancellation at Stripe to the close of both sockets: ${took.toFixed(0)} ms`);
  expect(took).toBeLessThan(10_000);
  expect(await watcher.next()).toMatchObject({
    messageType: "PRESENCE",
    event: "left",
    members: [{ clientId: "MASTER", cause: "revoked" }],
  });
  expect(await openSocket(`${unused.url}?proof=${unused.proof}`)).toMatchObject({ status: 403 });
  await eventually("no proof for who has no subscription any more", async () =>
    (await proof()) === "subscription_required" ? true : undefined,
  );
  expect(await proof(bob, watching)).toBe(201);
  expect(watcher.unread).toEqual([]);
  expect(watcher.socket.socket.readyState).toBe(WebSocket.OPEN);
}, 90_000);
