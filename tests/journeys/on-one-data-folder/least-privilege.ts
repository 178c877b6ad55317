import { expect, test } from "@jest/globals";
import { Stripe } from "stripe";
import { rolesOfOthers } from "../../grants/explanations.ts";
import { denials, putFaults, vanishNewest } from "../control.ts";
import { iceCandidate, sessionDescription } from "../descriptions.ts";
import { connectClient } from "../kvs-client.ts";
import { leaveOldProofs } from "../leave-old-proofs.ts";
import { joinAs, sdp } from "../member-socket.ts";
import { connected, offerFrame } from "../raw-socket.ts";
import {
  advanceClock,
  eventually,
  type GrantUse,
  grantUses,
  logLines,
  proofFor,
  type Ready,
  userToken,
} from "../running-program.ts";
import { twoLives } from "../two-lives.ts";

const offer = sessionDescription("offer", "v=0\r\n");
const answer = sessionDescription("answer", "v=0\r\n");
const candidate = iceCandidate("candidate:1");
const minute = 60_000;

async function join(ready: Ready, channel: string, role: "MASTER" | "VIEWER", clientId?: string) {
  const proof = await proofFor(ready, clientId ?? "alice", { channel, role, clientId });
  return connectClient(proof, channel, role, clientId);
}

const asJson = { "content-type": "application/json" };

const uses = (grants: readonly GrantUse[], function_: string, used: string): number =>
  grants
    .filter(({ holder, action }) => holder.includes(function_) && action === used)
    .reduce((sum, one) => sum + one.uses, 0);

const revocationsOfSweeper = async (ready: Ready): Promise<number> =>
  (await grantUses(ready))
    .filter(({ holder, resource }) => holder.includes("PeerSweeper") && resource.includes("revocations"))
    .reduce((sum, one) => sum + one.uses, 0);

const lives = twoLives({
  beforeKill: async (ready) => void (await join(ready, "orphaned", "MASTER")),
  whileDown: leaveOldProofs,
});

test("everything that is granted is used, so nothing can be taken away", async () => {
  const ready = await lives.second();
  const aliceToken = await userToken(ready, "alice");
  // The event comes later, so that it is GET /subscription that sees the purchase first.
  const deliver = (faults: readonly object[]) =>
    fetch(`${ready.stripeControl}/deliveries`, {
      method: "PUT",
      headers: asJson,
      body: JSON.stringify(faults),
    });
  await deliver([{ kind: "delay", milliseconds: 5_000, times: 100 }]);
  const bought = await fetch(`${ready.billing}/subscriptions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${aliceToken}`,
      "content-type": "application/json",
      "idempotency-key": "purchase-number-1",
    },
    body: JSON.stringify({ plan: "team", mode: "in_app", customer: { name: "Alice", country: "DE" } }),
  });
  expect(bought.status).toBe(201);
  await fetch(`${ready.billing}/plans`);
  const own = (method: string, path: string, body?: string) =>
    fetch(`${ready.billing}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${aliceToken}`,
        "idempotency-key": "of-alice-number-1",
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body }),
    });
  expect((await own("GET", "/subscription?session_id=cs_test_1")).status).toBe(200);
  await deliver([]);
  for (const change of ["cancel", "resume"]) {
    expect((await own("POST", `/subscription/${change}`, "{}")).status).toBe(change === "cancel" ? 404 : 409);
  }
  expect((await own("POST", "/subscription/change", '{"plan":"team"}')).status).toBe(409);
  expect((await own("POST", "/portal", "{}")).status).toBe(201);
  const viewer = await join(ready, "room", "VIEWER", "bob");
  viewer.client.sendSdpOffer(offer, undefined, "waits");
  expect(await viewer.next("statusResponse")).toMatchObject({ statusCode: "202" });
  const master = await join(ready, "room", "MASTER");
  await master.next("sdpOffer");
  master.client.sendSdpAnswer(answer, "bob");
  await viewer.next("sdpAnswer");
  master.client.sendIceCandidate(candidate, "bob");
  await viewer.next("iceCandidate");
  master.client.sendSdpAnswer(answer, undefined, "no-recipient");
  await master.next("statusResponse");
  const topicPeers = await Promise.all(
    ["carol", "dave"].map(async (clientId) =>
      connected(await proofFor(ready, clientId, { channel: "room", role: "VIEWER", clientId })),
    ),
  );
  for (const [index, { socket, next }] of topicPeers.entries()) {
    socket.send('{"type":"publish","topic":"notes"}');
    await next(1);
    // The second is posted to the first.
    await topicPeers[0]?.next(index + 1);
  }
  topicPeers[0]?.socket.send('{"type":"unsubscribe","topics":["notes"]}');
  // A gap: the worker puts it off.
  topicPeers[0]?.socket.send(offerFrame("ahead", { seq: 2 }));
  topicPeers[1]?.socket.send('{"action":"ACK","frameId":"nothing","correlationId":"ack"}');
  await topicPeers[1]?.next(1, 1);
  topicPeers[1]?.socket.close();
  // It answers keepalives: the sweeper closes it when it leaves one without an answer.
  topicPeers[0]?.socket.send('{"action":"ALIVE"}');
  // A ghost: the worker finds it, removes it, and has others told.
  await join(ready, "room", "VIEWER", "erin");
  await vanishNewest(ready, "gone");
  await advanceClock(ready, 11_000);
  master.client.sendSdpAnswer(answer, "erin", "to-a-ghost");
  await eventually("the ghost was removed", async () =>
    (await grantUses(ready)).find(
      ({ holder, action, uses }) =>
        holder.includes("DeliveryWorker") && action === "dynamodb:DeleteItem" && uses > 0,
    ),
  );
  await eventually("the peer that closed was forgotten", async () =>
    (await grantUses(ready)).find(({ action, uses }) => action === "dynamodb:DeleteItem" && uses > 0),
  );

  // What is sold: an event of the fake's reaches the customer's row.
  const { secretKey, url } = (await (await fetch(`${ready.stripeControl}/health`)).json()) as Record<
    string,
    string
  >;
  const { hostname: host, port } = new URL(url ?? "");
  const stripe = new Stripe(secretKey ?? "", { host, port, protocol: "http", telemetry: false });
  const { id: customer } = await stripe.customers.create({ metadata: { synapse_user: "dev#ada" } });
  const [price] = (await stripe.prices.list()).data;
  await stripe.subscriptions.create({
    customer,
    items: [{ price: price?.id ?? "" }],
    payment_behavior: "default_incomplete",
  });
  await eventually("the subscription was noted", async () =>
    (await logLines(ready, "ProjectionWorker"))
      .map(({ message }) => JSON.parse(message))
      .find(({ outcome, transitions }) => outcome === "projected" && transitions === 1),
  );
  // One that cannot be handled is put off.
  await fetch(`${ready.stripeControl}/requests`, {
    method: "PUT",
    headers: asJson,
    body: JSON.stringify([{ kind: "error", method: "GET", path: "/v1/subscriptions", times: 8 }]),
  });
  await stripe.customers.update(customer, { name: "Ada" });
  await eventually("the event was put off", async () =>
    uses(await grantUses(ready), "ProjectionWorker", "sqs:ChangeMessageVisibility") > 0 ? true : undefined,
  );
  await fetch(`${ready.stripeControl}/requests`, { method: "PUT", body: "[]", headers: asJson });

  // Who pays is connected, is cancelled, and cannot be closed: so the sweeper finds the socket too.
  const { id: payer } = await stripe.customers.create({ metadata: { synapse_user: "dev#paula" } });
  const card = await stripe.paymentMethods.attach("pm_card_visa", { customer: payer });
  const paid = await stripe.subscriptions.create({
    customer: payer,
    items: [{ price: price?.id ?? "" }],
    default_payment_method: card.id,
  });
  const paula = await eventually("a paid proof", async () => {
    const socket = await joinAs(ready, "paid", "PEER", "paula");
    const reads = async () => uses(await grantUses(ready), "PeerConnectionHandler", "dynamodb:GetItem");
    if ((await reads()) > 0) return socket;
    socket.socket.socket.close();
    return undefined;
  });
  await paula.answerTo(sdp("offer", "paid", { recipientClientId: "nobody" }));
  paula.socket.socket.send('{"type":"publish","topic":"notes"}');
  await putFaults(ready, {
    service: "execute-api",
    operation: "DeleteConnection",
    error: { name: "InternalServerErrorException", status: 500 },
  });
  await stripe.subscriptions.cancel(paid.id);
  await eventually("the revocation was put off", async () =>
    uses(await grantUses(ready), "RevocationWorker", "sqs:ChangeMessageVisibility") > 0 ? true : undefined,
  );

  // One whose access ends by the clock, since nobody tells us that its subscription is cancelled.
  const { now } = (await (await fetch(`${ready.stripeControl}/health`)).json()) as { now: number };
  const { id: other } = await stripe.customers.create({ metadata: { synapse_user: "dev#bob" } });
  await stripe.subscriptions.create({
    customer: other,
    items: [{ price: price?.id ?? "" }],
    trial_end: Math.floor(now / 1000) + 30 * 24 * 60 * 60,
    cancel_at: Math.floor(now / 1000) + 5 * 60,
  });
  await eventually("the trial was noted", async () =>
    (await logLines(ready, "ProjectionWorker"))
      .map(({ message }) => JSON.parse(message))
      .filter(({ outcome, transitions }) => outcome === "projected" && transitions === 1)
      .at(1),
  );
  await deliver([{ kind: "lose", silently: true, times: 1000 }]);

  // Whom only the reconciler can find: one is nobody's, of the other nothing was heard.
  for (const metadata of [{}, { synapse_user: "dev#unheard" }]) {
    const { id: unheard } = await stripe.customers.create({ metadata });
    const items = [{ price: price?.id ?? "" }];
    await stripe.subscriptions.create({ customer: unheard, items, trial_period_days: 30 });
  }

  const unused = async () => {
    // AWS Backup does nothing here.
    const uses = (await grantUses(ready)).filter(
      ({ uses, holder }) => uses === 0 && !(holder in rolesOfOthers),
    );
    return uses.map(({ holder, action, resource }) => `${holder} ${action} ${resource}`);
  };
  // Two connections need their keepalive after 8.5 minutes, and the orphan is found to be gone.
  await advanceClock(ready, 8 * minute);
  for (let sweep = 0; sweep < 4 && (await revocationsOfSweeper(ready)) === 0; sweep++) {
    await advanceClock(ready, minute);
  }
  await putFaults(ready);
  for (let sweep = 0; sweep < 6 && (await unused()).length > 0; sweep++) await advanceClock(ready, minute);
  // The circuit of the worker that could close nothing is open for a while.
  await eventually("the socket was closed at last", async () => {
    if (!(await unused()).some((grant) => /sockets|RevocationWorker/.test(grant))) return true;
    return void (await advanceClock(ready, 5_000));
  });
  expect(await unused()).toEqual([]);
  // Attributes and keys that a grant lists are used one by one, too.
  const unnamed = (await grantUses(ready)).flatMap(({ holder, policy, unnamed: left = [] }) =>
    holder in rolesOfOthers ? [] : left.map((value) => `${policy} ${value}`),
  );
  expect(unnamed).toEqual([]);
  expect(await denials(ready)).toEqual([]);
}, 120_000);
