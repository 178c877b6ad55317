import { queue } from "../aws.ts";
import { deadLetterQueues } from "../dead-letter-queues.ts";
import { eachOf, stackRule } from "../rule.ts";
import { isWatched } from "../watching-alarms.ts";

export const deadLettersRaiseAnAlarm = stackRule({
  name: "dead-letters-raise-an-alarm",
  holds: "An alarm with an action watches how many messages a dead-letter queue holds.",
  why: "A dead letter that nobody is told of is lost with a delay of 14 days.",
  elsewhere: [],
  violationsOf: (stack) => {
    const sinks = deadLetterQueues(stack);
    return eachOf(
      stack
        .ofType(queue)
        .filter(
          (resource) =>
            sinks.has(resource) &&
            !isWatched(
              stack,
              resource,
              "ApproximateNumberOfMessagesVisible",
              "ApproximateNumberOfMessagesNotVisible",
            ),
        ),
      "Add a MetricAlarm with alarmActions on ApproximateNumberOfMessagesVisible.",
    );
  },
});
