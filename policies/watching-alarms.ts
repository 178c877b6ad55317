import { alarm } from "./aws.ts";
import type { Resource } from "./resource.ts";
import type { Stack } from "./stack.ts";

/** Whether an alarm with an action watches that metric of the queue. */
export function isWatched(stack: Stack, resource: Resource, ...metrics: readonly string[]): boolean {
  return stack
    .referrers(resource, alarm, "dimensions")
    .some((watching) => watching.is("metricName", ...metrics) && watching.has("alarmActions"));
}
