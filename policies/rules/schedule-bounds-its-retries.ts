import { schedule } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const scheduleBoundsItsRetries = resourceRule({
  name: "schedule-bounds-its-retries",
  holds: "Every schedule states how often it is retried, at most 10 times.",
  why: "The default is 185 times over a day: after an outage the missed runs come back all at once (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html).",
  elsewhere: [],
  types: [schedule],
  violations: (resource, { maximumRetries }) => {
    if (!resource.has("target.arn")) return [];
    const retries = resource.number("target.retryPolicy.maximumRetryAttempts", 185);
    return retries > maximumRetries
      ? [`Set target.retryPolicy.maximumRetryAttempts to ${maximumRetries} or less.`]
      : [];
  },
});
