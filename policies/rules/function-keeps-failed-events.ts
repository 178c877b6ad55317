import { eventInvokeConfig, lambdaFunction } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";
import { isInvokedAsynchronously } from "../triggers.ts";

export const functionKeepsFailedEvents = stackRule({
  name: "function-keeps-failed-events",
  holds:
    "A function that is invoked asynchronously has an onFailure destination or a dead-letter queue. One that an API calls or a queue feeds needs none.",
  why: "Lambda retries an asynchronous event twice and drops it. An API's caller sees the failure, and a queue keeps its message.",
  elsewhere: ["Serverless-LambdaAsyncFailureDestination"],
  violationsOf: (stack) =>
    eachOf(
      stack
        .ofType(lambdaFunction)
        .filter(
          (resource) =>
            isInvokedAsynchronously(stack, resource) &&
            !resource.has("deadLetterConfig.targetArn") &&
            !stack
              .referrers(resource, eventInvokeConfig, "functionName")
              .some((config) => config.has("destinationConfig.onFailure.destination")),
        ),
      "Add a FunctionEventInvokeConfig with destinationConfig.onFailure.",
    ),
});
