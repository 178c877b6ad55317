import { eventSourceMapping, lambdaFunction, queue } from "../aws.ts";
import { stackRule } from "../rule.ts";

export const queueOutlastsItsConsumer = stackRule({
  name: "queue-outlasts-its-consumer",
  holds: "A queue hides a message for at least 6 × its function's timeout plus the batching window.",
  why: "Otherwise a message comes back while a throttled or retried batch still works on it, and is done twice (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).",
  elsewhere: ["LambdaEventSourceSQSVisibilityTimeout"],
  violationsOf: (stack) =>
    stack.ofType(eventSourceMapping).flatMap((mapping) =>
      stack.targets(mapping, "eventSourceArn", queue).flatMap((resource) =>
        stack.targets(mapping, "functionName", lambdaFunction).flatMap((consumer) => {
          const window = mapping.number("maximumBatchingWindowInSeconds", 0);
          const least = 6 * consumer.number("timeout", 3) + window;
          return resource.number("visibilityTimeoutSeconds", 30) < least
            ? [
                {
                  resource,
                  message: `Set visibilityTimeoutSeconds to ${least} or more, for ${consumer.name}.`,
                },
              ]
            : [];
        }),
      ),
    ),
});
