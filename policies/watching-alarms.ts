import { alarm } from "./aws.ts";
import type { Resource } from "./resource.ts";
import type { Stack } from "./stack.ts";

/** The alarms on that metric of the queue. Whether they reach anyone is what alarm-has-an-action asks. */
export function alarmsOn(
  stack: Stack,
  resource: Resource,
  ...metrics: readonly string[]
): readonly Resource[] {
  return stack
    .referrers(resource, alarm, "dimensions")
    .filter((watching) => watching.is("metricName", ...metrics));
}
