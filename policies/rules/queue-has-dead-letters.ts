import { queue } from "../aws.ts";
import { deadLetterQueues } from "../dead-letter-queues.ts";
import { parsedObject } from "../parsed-object.ts";
import type { Resource } from "../resource.ts";
import { eachOf, stackRule } from "../rule.ts";

export const queueHasDeadLetters = stackRule({
  name: "queue-has-dead-letters",
  holds: "Every queue names a dead-letter queue, except those that serve as one.",
  why: "A queue that gives up on a message must put it where someone can look at it and send it again.",
  elsewhere: ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
  violationsOf: (stack) => {
    const sinks = deadLetterQueues(stack);
    return eachOf(
      stack.ofType(queue).filter((resource) => !namesDeadLetters(resource) && !sinks.has(resource)),
      "Set redrivePolicy with a deadLetterTargetArn and a maxReceiveCount.",
    );
  },
});

function namesDeadLetters(resource: Resource): boolean {
  if (!resource.isKnown("redrivePolicy")) return true;
  return parsedObject(resource, "redrivePolicy")?.has("deadLetterTargetArn") ?? false;
}
