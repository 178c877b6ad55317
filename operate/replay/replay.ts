import { orMissing } from "../../functions/billing/stripe/or-missing.ts";
import { billingEventOf, sqsBillingEvents } from "../../functions/billing/webhook/billing-event.ts";
import { effectOf } from "../../functions/billing/webhook/webhook-events.ts";
import { SQSClient } from "../../functions/shared/aws/sqs.ts";
import { resilient } from "../../functions/shared/resilience.ts";
import { readArguments, targetHelp, targetOf, targetOptions } from "../arguments.ts";
import { OperateError } from "../operate-error.ts";
import type { Terminal } from "../run-command.ts";
import { findStack } from "../stack.ts";
import { type StripeAccount, stripeOf } from "../stripe-of.ts";

const help = [
  "npm run replay -- EVENT_ID [options]",
  "",
  "  Asks Stripe for the event, and queues what its webhook would have queued.",
  "",
  ...targetHelp,
  "  --dry-run       Says what would be queued, and queues nothing.",
];

/**
 * `npm run replay`: an event of Stripe's once more, as if its webhook had come now. The worker reads the customer anew,
 * so it does no harm to replay what was handled. Throws OperateError.
 */
export async function replay(args: readonly string[], { print }: Pick<Terminal, "print">): Promise<void> {
  const { values, positionals } = readArguments(args, {
    ...targetOptions,
    "dry-run": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help || args.length === 0) return help.forEach((line) => void print(line));
  const [id = "", ...more] = positionals;
  if (more.length > 0) throw new OperateError(`one event at a time; "${more[0]}" is too much`);
  if (!/^evt_\w{1,124}$/.test(id)) throw new OperateError(`"${id}" is no id of an event; expected evt_…`);
  const stack = await findStack(targetOf(values));
  const account = await stripeOf(stack);
  const message = billingEventOf(await eventOf(account, id));
  if (!message) throw new OperateError(`${id} is not an event as Stripe's API promises it`);
  const effect = effectOf(message.type);
  if (effect === undefined) throw new OperateError(`${id} is a ${message.type}, which nothing here uses`);
  const queue = stack.queues["billing-events"];
  if (!queue) throw new OperateError("the stack has no queue billing-events");
  if (!values["dry-run"]) {
    await sqsBillingEvents(new SQSClient(stack.configuration), queue.url, resilient("sqs")).send(message);
  }
  const about = message.customerId ?? message.objectId;
  print(`${id}  ${message.type}  ${about}  ${effect}  ${values["dry-run"] ? "would be queued" : "queued"}`);
}

/** A snapshot event, or a thin one. */
async function eventOf({ stripe, resilient }: StripeAccount, id: string): Promise<unknown> {
  const event =
    (await orMissing(resilient((options) => stripe.events.retrieve(id, {}, options)))) ??
    (await orMissing(resilient((options) => stripe.v2.core.events.retrieve(id, {}, options))));
  if (!event) throw new OperateError(`Stripe has no event ${id}; it keeps events for 30 days`);
  return event;
}
