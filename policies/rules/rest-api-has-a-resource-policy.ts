import { restApi, restApiPolicy } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const restApiHasAResourcePolicy = stackRule({
  name: "rest-api-has-a-resource-policy",
  holds: "Every REST API has a resource policy.",
  why: "It is the one place where addresses can be allowed or denied before an authorizer runs; at night there is no time to invent it.",
  elsewhere: [],
  violationsOf: (stack) =>
    eachOf(
      stack
        .ofType(restApi)
        .filter((api) => !api.has("policy") && stack.referrers(api, restApiPolicy, "restApiId").length === 0),
      "Set policy, or add a RestApiPolicy.",
    ),
});
