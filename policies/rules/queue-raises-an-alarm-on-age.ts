import { queue } from "../aws.ts";
import { deadLetterQueues } from "../dead-letter-queues.ts";
import { eachOf, stackRule } from "../rule.ts";
import { alarmsOn } from "../watching-alarms.ts";

export const queueRaisesAnAlarmOnAge = stackRule({
  name: "queue-raises-an-alarm-on-age",
  holds: "An alarm watches the age of the oldest message of every working queue.",
  why: "A consumer that is stopped, denied or too slow makes no dead letters: age alone shows it.",
  elsewhere: [],
  violationsOf: (stack) => {
    const sinks = deadLetterQueues(stack);
    return eachOf(
      stack
        .ofType(queue)
        .filter(
          (resource) =>
            !sinks.has(resource) && alarmsOn(stack, resource, "ApproximateAgeOfOldestMessage").length === 0,
        ),
      "Add a MetricAlarm on ApproximateAgeOfOldestMessage.",
    );
  },
});
