import { deadLetterQueues } from "../dead-letter-queues.ts";
import type { Resource } from "../resource.ts";
import { eachOf, stackRule } from "../rule.ts";
import { alarmsOn } from "../watching-alarms.ts";

export const deadLettersRaiseAnAlarm = stackRule({
  name: "dead-letters-raise-an-alarm",
  holds: "An alarm watches every dead-letter queue, and rises at the first or second message.",
  why: "A dead letter that nobody is told of is lost with a delay of 14 days.",
  elsewhere: [],
  violationsOf: (stack) => {
    const isRaised = (sink: Resource) =>
      alarmsOn(stack, sink, "ApproximateNumberOfMessagesVisible").some(
        (watching) => !(watching.number("threshold", 0) > 1),
      );
    return eachOf(
      [...deadLetterQueues(stack)].filter((sink) => !isRaised(sink)),
      "Add a MetricAlarm on ApproximateNumberOfMessagesVisible with a threshold of 0 or 1.",
    );
  },
});
