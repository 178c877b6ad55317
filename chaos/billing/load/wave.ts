import type { Random } from "../../random.ts";
import type { Ledger } from "../ledger.ts";
import { Customer } from "./customer.ts";
import { ambiguousFaults, calmFaults, definiteFaults, usedUp } from "./faults.ts";
import { inTurn } from "./in-turn.ts";
import { Recorder } from "./recorder.ts";
import { buying, cancelNow, owning, sceneOf } from "./scenes.ts";
import { settle } from "./settle.ts";
import { StripeView } from "./stripe-view.ts";
import type { System } from "./system.ts";

/** `calm`: nothing fails. `definite`: only calls that certainly had no effect. `ambiguous`: kills, too. */
export const troubles = ["calm", "definite", "ambiguous"] as const;
export type Trouble = (typeof troubles)[number];

export interface WaveOptions {
  /** Unique in the run. */
  readonly name: string;
  readonly random: Random;
  readonly customers: number;
  /** Subscriptions that there may be at Stripe, which the reconciler walks. */
  readonly known: number;
  readonly trouble: Trouble;
  /** Whether two months pass, or hours. */
  readonly life: keyof typeof passing;
  readonly isOver: () => boolean;
}

export interface WaveResult {
  readonly ledger: Ledger;
  /** How often rules fired, by service; requests to Stripe and webhooks by what happened to them. */
  readonly fired: Readonly<Record<string, number>>;
  readonly kills: number;
}

const faults = { calm: calmFaults, definite: definiteFaults, ambiguous: ambiguousFaults };
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** How long passes after each round, at most: in a long life up to a renewal, its failure and its end. */
const passing = {
  short: [10 * minute, 20 * minute],
  long: [20 * minute, 17 * day, 16 * day, 2 * hour],
} as const;
const mortals = [
  ...[
    "CreateSubscriptionHandler",
    "ChangeSubscriptionHandler",
    "ShowSubscriptionHandler",
    "IssueProofHandler",
  ],
  ...["WebhookHandler", "ProjectionWorker", "ProjectionWorker", "AccessReviewer", "StripeReconciler"],
] as unknown as readonly [string, ...string[]];

/** Has customers buy and change while calls fail, heals everything, and sees what is left; then ends all, unheard. */
export async function runWave(system: System, options: WaveOptions): Promise<WaveResult> {
  const { name, random, trouble } = options;
  const recorder = new Recorder(system.clock.now);
  const view = new StripeView(system, recorder);
  const customers = Array.from({ length: options.customers }, (_, index) => {
    const user = `${name}-${index}`;
    return new Customer(system, recorder, random.part(user), user);
  });
  const { aws, requests, deliveries } = faults[trouble];
  await system.putFaults(aws, random.whole(0, 2 ** 40));
  await system.stripeControl("PUT", "/requests", requests);
  await system.stripeControl("PUT", "/deliveries", deliveries);
  const disturbances = disturb(system, random.part("disturbances"), trouble, () => recorder.calls.length);
  for (const time of passing[options.life]) {
    if (options.isOver()) break;
    await inTurn(customers, (customer) => act(system, view, customer));
    await view.readOn();
    await planDeclines(system, view, customers, random);
    await system.clock.advance(random.whole(time / 2, time));
    await view.readOn();
  }
  const kills = await disturbances.stop();
  const fired = { ...(await system.endFaults()), ...(await healStripe(system, requests, deliveries)) };
  const healed = recorder.moment();
  await settle(options.known, system, view, recorder, customers);
  const settled = recorder.settled.splice(0);

  // Who has ended is told to nobody: no webhook arrives, and Stripe takes half of them for delivered.
  await system.stripeControl("PUT", "/deliveries", [
    { kind: "lose", silently: random.chance(0.5), times: 10_000 },
  ]);
  await inTurn(customers, async (customer) => {
    for (const { id, status } of await view.subscriptionsOf(customer.name))
      if (status !== "canceled" && status !== "incomplete_expired") await cancelNow(system, id);
  });
  await settle(options.known, system, view, recorder, customers);
  await system.stripeControl("PUT", "/deliveries", []);
  recorder.settled.push(...settled);
  return {
    ledger: recorder.ledger(
      customers.map((one) => one.name),
      healed,
    ),
    fired,
    kills,
  };
}

/** One scene, then a look. */
async function act(system: System, view: StripeView, customer: Customer): Promise<void> {
  const { random } = customer;
  const live = (await view.subscriptionsOf(customer.name)).filter(
    ({ status }) => status !== "canceled" && status !== "incomplete_expired" && status !== "incomplete",
  );
  const play = sceneOf(live.length === 0 ? buying : owning, random);
  await play({ system, customer, random, subscriptions: live });
  // Half of them come back from a page, which has the row brought up to date; the others' rows are read when all has settled.
  if (random.chance(0.5)) await customer.show("cs_test_back");
  await customer.proof();
}

/** Of a third of the customers the next payments are declined. */
async function planDeclines(
  system: System,
  view: StripeView,
  customers: readonly Customer[],
  random: Random,
): Promise<void> {
  const declined = customers
    .filter(() => random.chance(0.33))
    .flatMap(({ name }) => view.customersOf(name))
    .slice(0, 64);
  const outcome = "card_declined";
  const plan = declined.map((customer) => ({ outcome, customer, times: random.whole(1, 4) }));
  await system.stripeControl("PUT", "/payments", plan);
}

async function healStripe(
  { stripeControl }: System,
  requests: Parameters<typeof usedUp>[0],
  deliveries: Parameters<typeof usedUp>[0],
): Promise<Record<string, number>> {
  const left = async (path: string) => (await stripeControl("GET", path)) as Parameters<typeof usedUp>[1];
  const counts: Record<string, number> = {};
  for (const [path, put, what] of [
    ["/requests", requests, "stripe"],
    ["/deliveries", deliveries, "webhook"],
  ] as const) {
    for (const [kind, count] of Object.entries(usedUp(put, await left(path))))
      counts[`${what} ${kind}`] = count;
    await stripeControl("PUT", path, []);
  }
  await stripeControl("PUT", "/payments", []);
  return counts;
}

interface Disturbances {
  /** Ends when the last one has ended, and answers how many instances were killed. */
  stop(): Promise<number>;
}

/**
 * In trouble moves the clock by six seconds every four or so; in ambiguous trouble ends busy instances as often, and
 * at least with every forty requests: so a fast machine kills no fewer of them.
 */
function disturb(system: System, random: Random, trouble: Trouble, requests: () => number): Disturbances {
  let stopped = false;
  let kills = 0;
  const every = async (act: () => Promise<void>, mostRequests = Number.POSITIVE_INFINITY): Promise<void> => {
    let before = requests();
    for (let wait = 0; !stopped; wait += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (wait < 3_000 + random.next() * 2_000 && requests() < before + mostRequests) continue;
      wait = 0;
      before = requests();
      await act();
    }
  };
  const kill = async () => {
    const functionName = random.pick(mortals);
    for (let tries = 0, killed = 0; tries < 40 && killed === 0 && !stopped; tries += 1) {
      killed = await system.kill(functionName);
      if (killed === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      kills += killed;
    }
  };
  const running = [
    ...(trouble === "calm" ? [] : [every(() => system.clock.advance(6_000))]),
    ...(trouble === "ambiguous" ? [every(kill, 40)] : []),
  ];
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(running);
      return kills;
    },
  };
}
