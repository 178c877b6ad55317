import {
  eventInvokeConfig,
  eventSourceMapping,
  eventTarget,
  lambdaFunction,
  queue,
  redriveAllowPolicy,
  schedule,
  subscription,
} from "./aws.ts";
import type { Resource } from "./resource.ts";
import type { Stack } from "./stack.ts";

/** Where each type names the queue that takes what failed. */
const sinkInputs: readonly (readonly [type: string, property: string, path: string])[] = [
  [queue, "redrivePolicy", "redrivePolicy"],
  [subscription, "redrivePolicy", "redrivePolicy"],
  [redriveAllowPolicy, "queueUrl", "queueUrl"],
  [lambdaFunction, "deadLetterConfig", "deadLetterConfig"],
  [eventInvokeConfig, "destinationConfig", "destinationConfig.onFailure"],
  [eventSourceMapping, "destinationConfig", "destinationConfig.onFailure"],
  [eventTarget, "deadLetterConfig", "deadLetterConfig"],
];

/** The queues that serve another resource as its dead letters, whatever kind of resource that is. */
export function deadLetterQueues(stack: Stack): ReadonlySet<Resource> {
  const sinks = sinkInputs.flatMap(([type, property, path]) =>
    stack
      .ofType(type)
      .filter((resource) => resource.has(path))
      .flatMap((resource) => stack.targets(resource, property, queue)),
  );
  // A schedule has its target and its dead letters in one input, so a queue that both name is not told apart.
  const ofSchedules = stack
    .ofType(schedule)
    .filter((resource) => resource.has("target.deadLetterConfig"))
    .flatMap((resource) => stack.targets(resource, "target", queue));
  return new Set([...sinks, ...ofSchedules]);
}
