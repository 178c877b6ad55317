import { lambdaFunction } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const functionIsTraced = resourceRule({
  name: "function-is-traced",
  holds: "Every function traces actively.",
  why: "Only a trace shows which call of which service made one frame late.",
  elsewhere: [
    "Serverless-LambdaTracing",
    "CKV_AWS_50",
    "aws.lambda.Function.enableTracingConfig",
    "aws.lambda.Function.configureTracingConfig",
  ],
  types: [lambdaFunction],
  violations: (resource) =>
    resource.is("tracingConfig.mode", "Active") ? [] : ['Set tracingConfig: { mode: "Active" }.'],
});
