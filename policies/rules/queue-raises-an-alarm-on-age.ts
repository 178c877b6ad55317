import { queue } from "../aws.ts";
import { deadLetterQueues } from "../dead-letter-queues.ts";
import { eachOf, stackRule } from "../rule.ts";
import { isWatched } from "../watching-alarms.ts";

export const queueRaisesAnAlarmOnAge = stackRule({
  name: "queue-raises-an-alarm-on-age",
  holds: "An alarm with an action watches the age of the oldest message of every working queue.",
  why: "A consumer that is stopped, denied or too slow makes no dead letters: age alone shows it.",
  elsewhere: [],
  violationsOf: (stack) => {
    const sinks = deadLetterQueues(stack);
    return eachOf(
      stack
        .ofType(queue)
        .filter(
          (resource) => !sinks.has(resource) && !isWatched(stack, resource, "ApproximateAgeOfOldestMessage"),
        ),
      "Add a MetricAlarm with alarmActions on ApproximateAgeOfOldestMessage.",
    );
  },
});
