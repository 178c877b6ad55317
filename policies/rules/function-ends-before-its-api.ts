import { lambdaFunction } from "../aws.ts";
import { stackRule } from "../rule.ts";
import { answersAnApi } from "../triggers.ts";

export const functionEndsBeforeItsApi = stackRule({
  name: "function-ends-before-its-api",
  holds:
    "A function behind API Gateway, as integration or authorizer, times out before the API's 29 seconds.",
  why: "Past them the caller has its 504 and retries, while the first attempt still works and is paid for.",
  elsewhere: [],
  violationsOf: (stack, { apiTimeoutSeconds }) =>
    stack
      .ofType(lambdaFunction)
      .filter(
        (resource) => resource.number("timeout", 3) >= apiTimeoutSeconds && answersAnApi(stack, resource),
      )
      .map((resource) => ({ resource, message: `Set timeout below ${apiTimeoutSeconds}.` })),
});
