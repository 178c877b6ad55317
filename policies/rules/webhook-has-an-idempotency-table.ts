import { webhookResources } from "../api-parts.ts";
import {
  eventSourceMapping,
  lambdaFunction,
  queue,
  restIntegration,
  role,
  rolePolicy,
  table,
} from "../aws.ts";
import type { Resource } from "../resource.ts";
import { eachOf, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";

export const webhookHasAnIdempotencyTable = stackRule({
  name: "webhook-has-an-idempotency-table",
  holds: "The function behind a webhook, or a consumer of the queue that it fills, may write to a table.",
  why: "Stripe sends an event more than once and out of order; only a conditional write makes the second one harmless (https://docs.stripe.com/webhooks).",
  elsewhere: [],
  violationsOf: (stack) =>
    eachOf(
      webhookResources(stack).filter((resource) => {
        const handlers = stack
          .referrers(resource, restIntegration, "resourceId")
          .flatMap((integration) => stack.targets(integration, "uri", lambdaFunction));
        return handlers.length > 0 && !handlers.some((handler) => reachesATable(stack, handler));
      }),
      "Grant its handler, or the consumer of its queue, a conditional write to a table of event ids.",
    ),
});

function reachesATable(stack: Stack, handler: Resource): boolean {
  if (granted(stack, handler, table).length > 0) return true;
  return granted(stack, handler, queue)
    .flatMap((filled) => stack.referrers(filled, eventSourceMapping, "eventSourceArn"))
    .flatMap((mapping) => stack.targets(mapping, "functionName", lambdaFunction))
    .some((consumer) => granted(stack, consumer, table).length > 0);
}

/** The resources of a type that the policies of a function's role name. */
function granted(stack: Stack, fn: Resource, type: string): readonly Resource[] {
  return stack
    .targets(fn, "role", role)
    .flatMap((own) => stack.referrers(own, rolePolicy, "role"))
    .flatMap((policy) => stack.targets(policy, "policy", type));
}
