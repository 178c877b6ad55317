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
        const [sourceIsFifo, isFifo] = [source, resource].map((one) => one.isKnownAs("fifoQueue", true));
        const isDecided = source.isKnown("fifoQueue") && resource.isKnown("fifoQueue");
        return isFifo === sourceIsFifo || !isDecided
          ? []
          : [{ resource, message: sourceIsFifo ? "Set fifoQueue: true." : "Leave fifoQueue out." }];
      }),
    ),
});
