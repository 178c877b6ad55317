import { table } from "../aws.ts";
import { stackRule } from "../rule.ts";

const scalingTarget = "aws:appautoscaling/target:Target";

export const tableCapacityFollowsLoad = stackRule({
  name: "table-capacity-follows-load",
  holds: "Every table is on demand, or an autoscaling target scales it.",
  why: "A fixed capacity throttles at the first peak, and costs the same at night.",
  elsewhere: [
    "HIPAA.Security-DynamoDBAutoScalingEnabled",
    "NIST.800.53.R4-DynamoDBAutoScalingEnabled",
    "NIST.800.53.R5-DynamoDBAutoScalingEnabled",
    "CKV2_AWS_16",
  ],
  violationsOf: (stack) =>
    stack
      .ofType(table)
      .filter(
        (resource) =>
          !resource.is("billingMode", "PAY_PER_REQUEST") &&
          stack.referrers(resource, scalingTarget, "resourceId").length === 0,
      )
      .map((resource) => ({
        resource,
        message: 'Set billingMode: "PAY_PER_REQUEST", or scale its capacity.',
      })),
});
