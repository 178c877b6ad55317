import { AwsError } from "../aws-error.ts";
import type { Iam } from "../iam/iam.ts";
import type { FunctionConfiguration } from "./lambda.ts";

/** What Lambda's own segments need (https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html). */
const actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];

/**
 * Of a function that is traced asks whether its role may write segments. Where it may not, they are lost, as on AWS, and
 * `onLoss` hears why.
 */
export function askToTrace(
  iam: Iam,
  { isTraced, roleArn }: FunctionConfiguration,
  onLoss: (why: string) => void,
): "kept" | "lost" {
  if (!isTraced) return "lost";
  try {
    for (const action of actions) {
      iam.authorize({ principal: { kind: "role", arn: roleArn }, action, resource: "*", context: {} });
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    onLoss(error.message);
    return "lost";
  }
  return "kept";
}
