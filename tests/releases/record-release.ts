import type { RunningProgram } from "../../local/start/run-program.ts";
import { control, fired, putFaults } from "../journeys/control.ts";
import { candidate, joinAs, sdp } from "../journeys/member-socket.ts";
import { advanceClock, eventually, proofFor, type Ready, userToken } from "../journeys/running-program.ts";
import { stripeAt } from "../journeys/stripe-at.ts";
import { oneMessageOfEachShape, oneOfEachShape, type Recording, type Row } from "./recording.ts";

/**
 * Uses a running program so that it writes every shape of row and of message, and gives what it wrote. Everybody's name
 * begins with `prefix`, so that rows of before are told apart. Moves the program's clock by some minutes.
 */
export async function recordRelease(program: RunningProgram, prefix: string): Promise<Recording> {
  const ready: Ready = { ...program.ready, ready: true };
  const { clock } = program.cloud.services;
  const recorder = new Recorder(program, prefix);
  const recordedAt = clock.now();
  await buyAndLose(ready, prefix);
  const { proof } = await proofFor(ready, `${prefix}-ted`, {
    channel: `${prefix}-proofs`,
    role: "VIEWER",
    clientId: `${prefix}-ted`,
  });
  await talk(ready, prefix);
  await recorder.keepRows();
  await failToWrite(ready, prefix, recorder);
  await repair(ready, prefix);
  await recorder.keepRows();
  return { recordedAt, proof, ...recorder.stop() };
}

/** Takes down what is sent to queues, and what is in tables. */
class Recorder {
  readonly #program: RunningProgram;
  readonly #prefix: string;
  readonly #rows: Record<string, Row[]> = {};
  readonly #bodies: Record<string, string[]> = {};
  readonly #restore: () => void;

  constructor(program: RunningProgram, prefix: string) {
    this.#program = program;
    this.#prefix = prefix;
    const { queues } = program.cloud.services;
    const handle = queues.handle.bind(queues);
    queues.handle = (operation, request) => {
      if (operation === "SendMessage") this.#keepMessage(request as Record<string, string>);
      return handle(operation, request);
    };
    this.#restore = () => {
      queues.handle = handle;
    };
  }

  async keepRows(): Promise<void> {
    const { tables } = this.#program.cloud.services;
    const { TableNames } = JSON.parse((await tables.handle("ListTables", {})).body);
    for (const TableName of TableNames as string[]) {
      const { Items } = JSON.parse((await tables.handle("Scan", { TableName })).body);
      const own = (Items as Row[]).filter((row) => this.#isOwn(JSON.stringify(row)));
      this.#rows[TableName] = oneOfEachShape([...own, ...(this.#rows[TableName] ?? [])]);
    }
  }

  /** Whether a message of that kind was sent. */
  has(kind: string): boolean {
    return Object.values(this.#bodies).some((bodies) =>
      bodies.some((body) => JSON.parse(body).kind === kind),
    );
  }

  stop(): Pick<Recording, "rows" | "messages"> {
    this.#restore();
    const messages = Object.entries(this.#bodies).map(
      ([queue, bodies]) => [queue, oneMessageOfEachShape(bodies)] as const,
    );
    return { rows: this.#rows, messages: Object.fromEntries(messages) };
  }

  #keepMessage({ QueueUrl = "", MessageBody = "" }: Record<string, string>): void {
    const queue = QueueUrl.split("/").at(-1)?.replace(".fifo", "") ?? "";
    this.#bodies[queue] = [...(this.#bodies[queue] ?? []), MessageBody];
  }

  #isOwn(text: string): boolean {
    return text.includes(this.#prefix) || text.includes("#reconciler");
  }
}

/** A purchase, a customer who pays, one whose trial ends, and one who loses what was paid for. */
async function buyAndLose(ready: Ready, prefix: string): Promise<void> {
  const buyer = await userToken(ready, `${prefix}-buyer`);
  // Else a webhook may be sooner than the buyer who comes back.
  await deliver(ready, [loseAll]);
  await fetch(`${ready.billing}/subscriptions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${buyer}`,
      "content-type": "application/json",
      "idempotency-key": `purchase-number-1-of-${prefix}`,
    },
    body: JSON.stringify({ plan: "team", mode: "in_app", customer: { name: "Ada", country: "DE" } }),
  });
  await fetch(`${ready.billing}/subscription?session_id=cs_test_1`, {
    headers: { authorization: `Bearer ${buyer}` },
  });
  await deliver(ready, []);
  await fetch(`${ready.billing}/subscription/cancel`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${buyer}`,
      "content-type": "application/json",
      "idempotency-key": `cancel-number-1-of-${prefix}`,
    },
    body: "{}",
  });
  await subscribe(ready, `${prefix}-payer`);
  const lost = await subscribe(ready, `${prefix}-lost`);
  const stripe = await stripeAt(ready);
  await stripe.subscriptions.cancel(lost);
}

/** One after the other: webhooks that find no instance are tried again an hour later. */
async function subscribe(ready: Ready, subject: string, more: object = {}, isHeard = true): Promise<string> {
  const stripe = await stripeAt(ready);
  const [price] = (await stripe.prices.list()).data;
  const { id: customer } = await stripe.customers.create({ metadata: { synapse_user: `dev#${subject}` } });
  const card = await stripe.paymentMethods.attach("pm_card_visa", { customer });
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: price?.id ?? "" }],
    default_payment_method: card.id,
    ...more,
  });
  if (isHeard) await isEntitled(ready, subject);
  return id;
}

const isEntitled = (ready: Ready, subject: string) =>
  eventually(`${subject} is entitled`, async () => {
    const { items } = (await control(ready, "GET", "/tables/customers/items?limit=1000")) as {
      items: { user: string; entitlement?: string }[];
    };
    return items.find(({ user, entitlement }) => user === `dev#${subject}` && entitlement?.includes("plan"));
  });

/** Members who come and go, a frame that waits, an open gate, topics. */
async function talk(ready: Ready, prefix: string): Promise<void> {
  const room = `${prefix}-room`;
  const viewer = await joinAs(ready, room, "VIEWER", `${prefix}-bob`, "&synapse=1&instance=one");
  await viewer.answerTo(sdp("offer", "early"));
  await viewer.answerTo(candidate("early-1", "early", { seq: 7 }));
  const payer = await joinAs(ready, `${prefix}-paid`, "PEER", `${prefix}-payer`);
  const member = await joinAs(ready, `${prefix}-paid`, "PEER", `${prefix}-eve`);
  await payer.answerTo(sdp("offer", "call", { recipientClientId: `${prefix}-eve` }));
  const fay = await joinAs(ready, `${prefix}-paid`, "PEER", `${prefix}-fay`);
  fay.socket.socket.close();
  member.socket.socket.send('{"type":"publish","topic":"notes"}');
  await member.socket.next(1);
}

/** The table fails after a post, so that the frame's end is told by a message. On a slow machine not at once. */
async function failToWrite(ready: Ready, prefix: string, recorder: Recorder): Promise<void> {
  const channel = `${prefix}-failing`;
  await joinAs(ready, channel, "MASTER");
  const viewer = await joinAs(ready, channel, "VIEWER", `${prefix}-gus`);
  for (let tries = 1; !recorder.has("posted") && tries <= 5; tries += 1) {
    await putFaults(ready, {
      service: "execute-api",
      operation: "PostToConnection",
      latencyMs: 500,
      times: 1,
    });
    const answer = viewer.answerTo(sdp("offer", `posted-${tries}`));
    await eventually("the post is on its way", async () =>
      (await fired(ready))[0] === 1 ? true : undefined,
    );
    await putFaults(ready, {
      service: "dynamodb",
      operation: "UpdateItem",
      match: channel,
      error: { name: "InternalServerError", status: 500 },
    });
    await answer;
    await putFaults(ready);
  }
}

/** What only schedules notice: an access that ended by the clock, a row that is not what Stripe says. */
async function repair(ready: Ready, prefix: string): Promise<void> {
  const health = (await (await fetch(`${ready.stripeControl}/health`)).json()) as { now: number };
  const cancelAt = Math.floor(health.now / 1000) + 5 * 60;
  await subscribe(ready, `${prefix}-trial`, { trial_end: cancelAt + 24 * 60 * 60, cancel_at: cancelAt });
  await deliver(ready, [loseAll]);
  await subscribe(ready, `${prefix}-unheard`, {}, false);
  // What waits expires, and its sender cannot be told at once.
  const report = { service: "execute-api", operation: "PostToConnection", match: "DELIVERY_REPORT" };
  await putFaults(ready, { ...report, error: { name: "LimitExceededException", status: 429 }, times: 2 });
  await advanceClock(ready, 11 * 60_000);
  await isEntitled(ready, `${prefix}-unheard`);
  await deliver(ready, []);
}

const loseAll = { kind: "lose", silently: true, times: 1000 };

/** What befalls Stripe's webhooks. */
const deliver = (ready: Ready, faults: readonly object[]) =>
  fetch(`${ready.stripeControl}/deliveries`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  });
