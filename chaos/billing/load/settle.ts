import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { converged } from "../judge/judge.ts";
import type { SettledRecord } from "../ledger.ts";
import type { Customer } from "./customer.ts";
import { inTurn } from "./in-turn.ts";
import type { Recorder } from "./recorder.ts";
import type { StripeView } from "./stripe-view.ts";
import type { System } from "./system.ts";

const minute = 60_000;
/** Real milliseconds for which the queues are waited for before the clock goes on. */
const patience = 5_000;

/**
 * Lets the time of every repair pass, and sees what each customer and Stripe have. The clock goes by minutes, and waits
 * for the queues: what is judged is the time that the system was given, and not how busy the machine is. `known`:
 * subscriptions that there may be at Stripe, which the reconciler walks.
 */
export async function settle(
  known: number,
  system: System,
  view: StripeView,
  recorder: Recorder,
  customers: readonly Customer[],
): Promise<void> {
  // An hour, six minutes and a review; five minutes for each 1,000 subscriptions that are walked.
  const bound = 90 + Math.ceil(known / 1_000) * 5;
  for (let passed = 0; passed < bound; passed += 1) {
    await system.clock.advance(minute);
    await quiet(system);
  }
  await view.readOn();
  const found = new Map<string, SettledRecord>();
  let open = customers;
  // A function that time overtook has its messages back in three minutes.
  for (let tries = 0; tries < 12 && open.length > 0; tries += 1) {
    if (tries > 0) {
      await system.clock.advance(minute / 2);
      await quiet(system);
    }
    await inTurn(open, async (customer) => {
      const { name } = customer;
      const at = recorder.moment();
      const [stripe, own, proof] = [
        await view.subscriptionsOf(name),
        await customer.show(),
        await customer.proof(),
      ];
      const payers = new Set(stripe.map(({ customer: whose }) => whose)).size;
      found.set(name, { customer: name, at, payers, stripe, own, proof });
    });
    open = open.filter(({ name }) => {
      const record = found.get(name);
      const statuses = recorder.statuses.filter(({ customer }) => customer === name);
      return record && converged(record, statuses).length > 0;
    });
  }
  recorder.settled.push(...found.values());
}

/** Ends when no message waits or is worked on. What a function has put off comes back with the clock alone. */
async function quiet({ stack: { sqs, queues } }: System): Promise<void> {
  const until = performance.now() + patience;
  const urls = Object.values(queues).map(({ url }) => url);
  for (;;) {
    const counts = await Promise.all(urls.map((QueueUrl) => messagesIn(sqs, QueueUrl)));
    if (counts.every((count) => count === 0) || performance.now() > until) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 50));
  }
}

async function messagesIn(sqs: System["stack"]["sqs"], QueueUrl: string): Promise<number> {
  const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
  const { Attributes } = await sqs.send(command);
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
}
