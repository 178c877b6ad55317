import { queue } from "../aws.ts";
import { parsedObject } from "../parsed-object.ts";
import { resourceRule } from "../rule.ts";

export const queueRetriesWithinRange = resourceRule({
  name: "queue-retries-within-range",
  holds: "A message is received 5 to 15 times before it is a dead letter.",
  why: "Fewer makes dead letters of throttled batches; more keeps a poison message working, and its FIFO group waiting, for hours.",
  elsewhere: [],
  types: [queue],
  violations: (resource, { minimumReceives, maximumReceives }) => {
    const redrive = parsedObject(resource, "redrivePolicy");
    if (!redrive) return [];
    const receives = redrive.number("maxReceiveCount", 0);
    return receives < minimumReceives || receives > maximumReceives
      ? [`Set maxReceiveCount between ${minimumReceives} and ${maximumReceives}.`]
      : [];
  },
});
