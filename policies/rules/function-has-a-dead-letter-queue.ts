import { lambdaFunction } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const functionHasADeadLetterQueue = resourceRule({
  name: "function-has-a-dead-letter-queue",
  holds: "Every function has a deadLetterConfig.",
  why: "Asynchronous events that fail are kept.",
  elsewhere: ["Serverless-LambdaDLQ", "HIPAA.Security-LambdaDLQ", "NIST.800.53.R5-LambdaDLQ", "CKV_AWS_116"],
  off: "A function that an API calls or a queue feeds never uses it. function-keeps-failed-events asks it of those that are invoked asynchronously.",
  types: [lambdaFunction],
  violations: (resource) => (resource.has("deadLetterConfig.targetArn") ? [] : ["Set deadLetterConfig."]),
});
