import { allowed, grantingTypes } from "../role-policies.ts";
import { resourceRule } from "../rule.ts";

/** Actions that name no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html and beside it. */
const withoutResource =
  /^(xray:Put(TraceSegments|TelemetryRecords)|xray:GetSampling\w+|cloudwatch:PutMetricData|ec2:Describe\w+|sts:GetCallerIdentity|tag:GetResources)$/;

export const roleNamesItsResources = resourceRule({
  name: "role-names-its-resources",
  holds:
    "No Allow statement of a role is for the resource *, for every ARN of a service, or has NotResource.",
  why: "The role of one function must not read the tables of another stack in the account.",
  elsewhere: [
    "CKV_AWS_107",
    "CKV_AWS_108",
    "CKV_AWS_111",
    "CKV_AWS_287",
    "CKV_AWS_288",
    "CKV_AWS_290",
    "CKV_AWS_355",
    "CKV_AWS_356",
  ],
  types: grantingTypes,
  violations: (resource) =>
    allowed(resource).flatMap(({ actions, resources, notResources }) => [
      ...(actions.every((action) => withoutResource.test(action))
        ? []
        : resources.filter(namesEverything).map((arn) => `Name the resources instead of ${arn}.`)),
      ...(notResources.length > 0 ? ["Use Resource instead of NotResource."] : []),
    ]),
});

/** `*`, or an ARN whose name is a wildcard: `arn:aws:sqs:*:*:*`, `…:table/*`. An API's is for another rule. */
function namesEverything(arn: string): boolean {
  if (arn === "*") return true;
  const [, , service, , , ...rest] = arn.split(":");
  return (
    service !== "execute-api" &&
    /^((table|function|log-group|secret|parameter|role|key|stateMachine|event-bus)[/:])?\*/.test(
      rest.join(":"),
    )
  );
}
