import { queue } from "../aws.ts";
import { stackRule } from "../rule.ts";

const fourDays = 345_600;
const fourteenDays = 1_209_600;

export const deadLettersOutliveTheirSource = stackRule({
  name: "dead-letters-outlive-their-source",
  holds: "A dead-letter queue keeps messages longer than its source, or for the 14 days that SQS allows.",
  why: "A dead letter of a standard queue keeps the age it had, so an equal retention may leave minutes to look at it (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html).",
  elsewhere: [],
  violationsOf: (stack) =>
    stack.ofType(queue).flatMap((source) =>
      stack.targets(source, "redrivePolicy", queue).flatMap((resource) => {
        const kept = resource.number("messageRetentionSeconds", fourDays);
        return kept < fourteenDays && kept <= source.number("messageRetentionSeconds", fourDays)
          ? [{ resource, message: `Set messageRetentionSeconds to ${fourteenDays} (14 days).` }]
          : [];
      }),
    ),
});
