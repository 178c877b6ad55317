import { lambdaFunction } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const functionStatesItsLimits = resourceRule({
  name: "function-states-its-limits",
  holds: "Every function states its memory and its timeout.",
  why: "The defaults, 128 MB and 3 seconds, fit no function that talks to a network.",
  elsewhere: ["Serverless-LambdaDefaultMemorySize", "Serverless-LambdaDefaultTimeout"],
  types: [lambdaFunction],
  violations: (resource) =>
    ["memorySize", "timeout"].filter((limit) => !resource.has(limit)).map((limit) => `Set ${limit}.`),
});
