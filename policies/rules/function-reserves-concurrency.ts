import { lambdaFunction } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const functionReservesConcurrency = resourceRule({
  name: "function-reserves-concurrency",
  holds: "Every function reserves concurrency.",
  why: "A reservation bounds one function and keeps the others from starving it.",
  elsewhere: ["HIPAA.Security-LambdaConcurrency", "NIST.800.53.R5-LambdaConcurrency", "CKV_AWS_115"],
  off: "A reservation takes from the account's pool even when idle. Throttles at the API and maximumConcurrency at the queue bound the load where it enters.",
  types: [lambdaFunction],
  violations: (resource) =>
    resource.has("reservedConcurrentExecutions") ? [] : ["Set reservedConcurrentExecutions."],
});
