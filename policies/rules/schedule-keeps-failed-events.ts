import { eventTarget, schedule } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const scheduleKeepsFailedEvents = resourceRule({
  name: "schedule-keeps-failed-events",
  holds: "Every schedule and every event target has a dead-letter queue.",
  why: "An event that the target refused, for a missing permission say, is dropped without a trace.",
  elsewhere: ["Serverless-EventBusDLQ"],
  types: [schedule, eventTarget],
  violations: (resource) => {
    const target = resource.type === schedule ? "target." : "";
    return !resource.has(`${target}arn`) || resource.has(`${target}deadLetterConfig.arn`)
      ? []
      : ["Set deadLetterConfig with the ARN of a queue."];
  },
});
