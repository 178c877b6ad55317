import * as pulumi from "@pulumi/pulumi";

/** What one grant allows. Actions and resources are written out: no wildcard action, no bare `*` but where AWS knows none else. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly condition?: Conditions;
}

/** Condition operator → condition key → values. */
export type Conditions = Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;

/** An identity policy with an Allow statement of each. */
export function allow(...statements: readonly Statement[]): pulumi.Output<string> {
  return policyDocument(
    statements.map(({ actions, resources, condition }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      ...(condition && { Condition: condition }),
    })),
  );
}

/** The trust policy of a role that only the named service may assume. */
export function assumableBy(service: string, condition?: Conditions): pulumi.Output<string> {
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      ...(condition && { Condition: condition }),
    },
  ]);
}

/**
 * What a role's trust asks of EventBridge Scheduler: that it acts for a schedule of the default group in the account,
 * the Region and the partition of that ARN. The scheduler works for every customer and names whom it works for
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
 */
export function ownSchedules(arn: pulumi.Output<string>): Conditions {
  return {
    StringEquals: { "aws:SourceAccount": accountOf(arn) },
    ArnEquals: {
      "aws:SourceArn": arn.apply((value) => {
        const [, partition, , region, account] = value.split(":");
        return `arn:${partition}:scheduler:${region}:${account}:schedule-group/default`;
      }),
    },
  };
}

/** The account that an ARN names. */
export function accountOf(arn: pulumi.Output<string>): pulumi.Output<string> {
  return arn.apply((value) => value.split(":")[4] ?? "");
}

/** A policy document of the version whose language all our policies use. */
export function policyDocument(statements: readonly object[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
