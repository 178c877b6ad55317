import * as pulumi from "@pulumi/pulumi";

/** What one grant allows. Actions and resources are written out: no wildcard action, no bare `*`. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly condition?: Conditions;
}

/** Condition operator → condition key → values. */
export type Conditions = Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;

/** An identity policy with one Allow statement. */
export function allow(statement: Statement): pulumi.Output<string> {
  return policyDocument([
    {
      Effect: "Allow",
      Action: statement.actions,
      Resource: statement.resources,
      ...(statement.condition && { Condition: statement.condition }),
    },
  ]);
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

/** A policy document of the version whose language all our policies use. */
export function policyDocument(statements: readonly object[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
