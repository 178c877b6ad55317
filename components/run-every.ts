import * as iam from "@pulumi/aws/iam/index.js";
import * as scheduler from "@pulumi/aws/scheduler/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { InlineFunction } from "./inline-function.ts";
import { allow, assumableBy, ownSchedules } from "./policy-document.ts";

/** A function and the minutes between two of its runs. */
export interface ScheduledFunction {
  readonly target: InlineFunction;
  readonly minutes: number;
}

/**
 * Invokes the function at that rate, by a role that may do nothing else, and that the scheduler may
 * assume for schedules of this account only. A run that did not start is not tried
 * again: the next one makes up for it.
 */
export function runEvery(
  minutes: number,
  name: string,
  target: InlineFunction,
  parent: pulumi.Resource,
): ScheduledFunction {
  const role = new iam.Role(
    `${name}-schedule`,
    { assumeRolePolicy: assumableBy("scheduler.amazonaws.com", ownSchedules(target.arn)) },
    { parent },
  );
  const grant = new iam.RolePolicy(
    `${name}-schedule`,
    { role: role.name, policy: allow({ actions: ["lambda:InvokeFunction"], resources: [target.arn] }) },
    { parent },
  );
  new scheduler.Schedule(
    name,
    {
      scheduleExpression: minutes === 1 ? "rate(1 minute)" : `rate(${minutes} minutes)`,
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: target.arn, roleArn: role.arn, retryPolicy: { maximumRetryAttempts: 0 } },
    },
    { parent, dependsOn: [grant] },
  );
  return { target, minutes };
}
