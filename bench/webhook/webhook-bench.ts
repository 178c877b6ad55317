import { Stripe } from "stripe";
import { bench } from "../bench.ts";
import { grantsOf } from "../control.ts";
import { loadNow, machine } from "../machine.ts";
import { median, percentile } from "../percentile.ts";
import { callsPerFrame } from "../relay/calls.ts";
import { type Contestant, startFloor, startSynapse } from "./contestants.ts";
import { type WebhookReport, webhookTable } from "./webhook-report.ts";
import { webhookSecret } from "./webhook-secret.ts";

/** Webhooks on their way at once: fewer than the 8 instances that a function may have. */
const atOnce = 4;
const customers = 10;
const warmUp = 100;

/** What Synapse-D's webhook costs beside a handler that only checks the signature. */
export const webhook = bench({
  description: "What taking a webhook of Stripe's costs, beside a handler that only checks its signature",
  options: {
    rounds: { meaning: "Rounds in which both take their turn.", standard: 10, least: 1, most: 999 },
    webhooks: {
      meaning: "Webhooks of a round. The throttle's burst is 200.",
      standard: 150,
      least: 1,
      most: 190,
    },
  },
  run: async ({ rounds, webhooks }, tell): Promise<WebhookReport> => {
    const loadBefore = loadNow();
    tell("npm start, and the floor");
    const synapse = await startSynapse(customers);
    const contestants = [synapse, await startFloor()] as const;
    const measured = contestants.map(() => [] as Measured[]);
    tell("warming up");
    for (const contestant of contestants) await measure(contestant, warmUp, synapse.customerIds);
    await moveOn(contestants, 500);
    const usesBefore = await grantsOf(synapse.control);
    const since = await nowOf(synapse.control);
    for (let round = 0; round < rounds; round += 1) {
      tell(`round ${round + 1} of ${rounds}`);
      for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const contestant = contestants[index];
        if (contestant) measured[index]?.push(await measure(contestant, webhooks, synapse.customerIds));
        await moveOn(contestants, 0);
      }
    }
    await moveOn(contestants, 1_000);
    const uses = callsPerFrame(usesBefore, await grantsOf(synapse.control), rounds * webhooks);
    const [own = [], floors = []] = measured;
    const ratio = (value: (one: Measured) => number) =>
      median(
        own.flatMap((one, index) => floors.slice(index, index + 1).map((floor) => value(one) / value(floor))),
      ) ?? 0;
    return {
      bench: "webhook",
      machine: machine(loadBefore),
      settings: { rounds, webhooks },
      atOnce,
      contestants: contestants.map(({ name }, index) => ({ name, ...figuresOf(measured[index] ?? []) })),
      synapseBeside: {
        perSecond: ratio(({ perSecond }) => perSecond),
        medianLatency: ratio(({ latencies }) => median(latencies) ?? 0),
      },
      calls: uses.filter(({ role }) => role === "WebhookHandler"),
      projections: await projectionsOf(synapse.control, since),
    };
  },
  table: webhookTable,
});

interface Measured {
  readonly perSecond: number;
  readonly latencies: readonly number[];
  readonly refused: number;
}

/** A closed loop of `atOnce` senders until so many were sent. */
async function measure(
  { url }: Contestant,
  count: number,
  customerIds: readonly string[],
): Promise<Measured> {
  const events = Array.from({ length: count }, (_, index) =>
    eventOf(customerIds[index % customerIds.length] ?? ""),
  );
  const latencies: number[] = [];
  let refused = 0;
  const began = performance.now();
  const sender = async () => {
    for (let event = events.pop(); event !== undefined; event = events.pop()) {
      const sent = performance.now();
      const { status } = await post(url, event);
      if (status === 200) latencies.push(performance.now() - sent);
      else refused += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return { perSecond: (latencies.length * 1_000) / (performance.now() - began), latencies, refused };
}

let events = 0;

/** About as long as Stripe's own, of a type that refreshes its customer. */
function eventOf(customer: string): string {
  events += 1;
  const object = { id: `sub_${events}`, object: "subscription", customer, padding: "x".repeat(3_000) };
  const created = Math.floor(Date.now() / 1_000);
  return JSON.stringify({
    ...{ id: `evt_bench_${events}`, object: "event", type: "customer.subscription.updated", created },
    ...{ api_version: "2026-10-28.endive", livemode: false, pending_webhooks: 1, data: { object } },
  });
}

/** The clocks of the local clouds have been moved; signatures go by theirs. */
let ahead = 0;

async function post(url: string, payload: string): Promise<{ status: number }> {
  const timestamp = Math.floor((Date.now() + ahead) / 1_000);
  const signature = new Stripe("sk_test_none").webhooks.generateTestHeaderString({
    ...{ payload, secret: webhookSecret, timestamp },
  });
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "stripe-signature": signature },
    body: payload,
  });
  await response.arrayBuffer();
  return response;
}

/** Lets Synapse-D work its queue off, and both throttles fill up again: ten seconds of their clocks. */
async function moveOn(contestants: readonly Contestant[], pause: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, pause));
  for (const { control } of contestants) {
    const body = JSON.stringify({ advanceMs: 10_000 });
    const moved = await fetch(`${control}/clock`, { method: "POST", body });
    if (!moved.ok) throw new Error(`the control API answered ${moved.status}`);
  }
  ahead += 10_000;
}

const nowOf = async (control: string) =>
  ((await (await fetch(`${control}/health`)).json()) as { now: number }).now;

interface Line {
  readonly event?: string;
  readonly outcome?: string;
  readonly awsCalls?: number;
  readonly stripeCalls?: number;
}

/** What the newest thousand log lines of the worker say of their calls. */
async function projectionsOf(control: string, since: number): Promise<WebhookReport["projections"]> {
  const query = `group=/synapse-d/local/ProjectionWorker&since=${since}&limit=1000`;
  const { lines } = (await (await fetch(`${control}/logs?${query}`)).json()) as {
    lines: { message: string }[];
  };
  const all = lines.map(({ message }) => JSON.parse(message) as Line);
  const read = all.filter(({ stripeCalls = 0 }) => stripeCalls > 0);
  return {
    lines: all.length,
    read: read.length,
    mostAwsCalls: Math.max(0, ...read.map(({ awsCalls = 0 }) => awsCalls)),
    mostStripeReads: Math.max(0, ...read.map(({ stripeCalls = 0 }) => stripeCalls)),
  };
}

function figuresOf(rounds: readonly Measured[]) {
  const latencies = rounds.flatMap((round) => round.latencies);
  const perSecond = rounds.map((round) => round.perSecond);
  return {
    perSecond: median(perSecond) ?? 0,
    lowest: Math.min(...perSecond),
    highest: Math.max(...perSecond),
    median: median(latencies) ?? 0,
    p99: percentile(latencies, 99) ?? 0,
    refused: rounds.reduce((sum, { refused }) => sum + refused, 0),
  };
}
