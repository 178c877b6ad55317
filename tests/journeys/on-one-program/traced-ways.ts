import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { pay } from "../buy-plan.ts";
import { control, putFaults } from "../control.ts";
import { joinAs, MemberSocket, nameOf, sdp } from "../member-socket.ts";
import { connected } from "../raw-socket.ts";
import {
  advanceClock,
  eventually,
  logLines,
  type Proof,
  requestProof,
  userToken,
} from "../running-program.ts";
import { sharedProgram } from "../shared-program.ts";
import { stripeAt } from "../stripe-at.ts";
import { allOf, linesOf, type TraceNode, traces } from "../traces.ts";

const program = sharedProgram();
// What ran just before may have taken this second's samples.
beforeEach(() => advanceClock(program.ready, 1_000));
afterEach(() => control(program.ready, "DELETE", "/faults"));

/** The trace that has such a segment and has come to this end. */
const traceWith = (has: (node: TraceNode) => boolean, end: RegExp) =>
  eventually(`a trace that ends with ${end}`, async () =>
    (await traces(program.ready)).find(
      (trace) => allOf(trace).some(has) && end.test(linesOf(trace).join("\n")),
    ),
  );

test("a frame that goes on by the queue is one tree: relay, queue, worker, post", async () => {
  const master = await joinAs(program.ready, "traced-frame", "MASTER");
  const viewer = await joinAs(program.ready, "traced-frame", "VIEWER", "bob");
  // Until the worker comes: the relay tries twice.
  await putFaults(program.ready, {
    ...{ service: "execute-api", operation: "PostToConnection", times: 2 },
    error: { name: "LimitExceededException", status: 429 },
  });
  expect(await viewer.answerTo(sdp("offer", "traced1"))).toMatchObject({ code: "queued" });
  const arrived = await master.next();
  expect(nameOf(arrived)).toBe("traced1");

  const trace = await traceWith(({ annotations }) => annotations?.frameId === arrived.frameId, /served/);
  const lines = linesOf(trace);
  // On a busy machine a call is tried again.
  expect(lines.filter((line) => !/DynamoDB| fault$/.test(line))).toEqual([
    "RelayServer",
    ". frame queued",
    ". . ApiGatewayManagementApi PostToConnection throttle",
    ". . ApiGatewayManagementApi PostToConnection throttle",
    ". . SQS SendMessage deliveries.fifo",
    ". . . DeliveryWorker",
    ". . . . delivery served",
    ". . . . . ApiGatewayManagementApi PostToConnection",
    ". . . . . ApiGatewayManagementApi PostToConnection",
  ]);
  expect(lines.filter((line) => line.startsWith(". . DynamoDB")).length).toBeGreaterThan(2);

  // The lines of both lead to it.
  const ofTrace = (await logLines(program.ready))
    .map(({ message }) => message)
    .filter((message) => message.includes(trace.traceId))
    .map((message) => JSON.parse(message));
  expect(ofTrace.map((line) => [line.function, line.traceId === trace.traceId, line.originTraceId])).toEqual([
    ["relay", true, undefined],
    ["deliver", false, trace.traceId],
  ]);
}, 60_000);

test("an event of Stripe's is one tree, from the webhook to the socket that it closes", async () => {
  const { ready } = program;
  const token = await userToken(ready, "zoe");
  await pay(ready, token, "purchase-of-zoe-1", "Zoe");
  await eventually("access for what was paid", async () => {
    const headers = { authorization: `Bearer ${token}` };
    const shown = await fetch(`${ready.billing}/subscription`, { headers });
    return ((await shown.json()) as { plan?: string }).plan === "team" ? true : undefined;
  });
  const answer = await requestProof(ready, token, { channel: "traced-event", role: "MASTER" });
  const paid = (await answer.json()) as Proof;
  const zoe = new MemberSocket(await connected(paid));
  const stripe = await stripeAt(ready);
  const { data } = await stripe.subscriptions.list({ limit: 100 });
  const own = await Promise.all(
    data.map(async ({ id, customer }) => ({
      id,
      name: ((await stripe.customers.retrieve(String(customer))) as { name?: string }).name,
    })),
  );
  await stripe.subscriptions.cancel(own.find(({ name }) => name === "Zoe")?.id ?? "");
  expect((await zoe.next()).messageType).toBe("REVOKED");

  const trace = await traceWith(
    ({ name, annotations }) =>
      name === "webhook" && annotations?.stripeType === "customer.subscription.deleted",
    /DeleteConnection.*delivery served|delivery served.*DeleteConnection/s,
  );
  const lines = linesOf(trace).filter((line) => !/DynamoDB|Secrets| fault$/.test(line));
  expect(lines.toSorted()).toEqual(
    [
      "v1",
      ". WebhookHandler",
      ". . webhook queued",
      ". . . SQS SendMessage billing-events.fifo",
      ". . . . ProjectionWorker",
      ". . . . . projection projected",
      ". . . . . . 127.0.0.1 GET http://127.0.0.1/v1/subscriptions",
      ". . . . . . SQS SendMessage revocations.fifo",
      ". . . . . . . RevocationWorker",
      ". . . . . . . . revocation revoked",
      ". . . . . . . . . ApiGatewayManagementApi PostToConnection",
      ". . . . . . . . . ApiGatewayManagementApi DeleteConnection",
      ". . . . . . . . . SQS SendMessage deliveries.fifo",
      ". . . . . . . . . . DeliveryWorker",
      ". . . . . . . . . . . delivery served",
    ].toSorted(),
  );
  expect(new Set(allOf(trace).map(({ traceId }) => traceId)).size).toBe(4);
  expect(JSON.stringify(trace)).not.toMatch(/zoe|sub_|cus_|whsec|sk_test/i);
}, 60_000);
