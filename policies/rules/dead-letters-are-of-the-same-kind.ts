import { queue } from "../aws.ts";
import { stackRule } from "../rule.ts";

export const deadLettersAreOfTheSameKind = stackRule({
  name: "dead-letters-are-of-the-same-kind",
  holds: "The dead-letter queue of a FIFO queue is FIFO, that of a standard queue is not.",
  why: "SQS refuses the pair, but only during the update, when half of the stack is made.",
  elsewhere: [],
  violationsOf: (stack) =>
    stack.ofType(queue).flatMap((source) =>
      stack.targets(source, "redrivePolicy", queue).flatMap((resource) => {
        const fifo = source.isKnownAs("fifoQueue", true);
        return resource.isKnownAs("fifoQueue", true) === fifo
          ? []
          : [{ resource, message: fifo ? "Set fifoQueue: true." : "Leave fifoQueue out." }];
      }),
    ),
});
