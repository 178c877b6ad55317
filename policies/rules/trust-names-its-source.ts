import { role } from "../aws.ts";
import { resourceRule } from "../rule.ts";
import { isBoundBy } from "../statement.ts";

/**
 * Services whose documentation says that they send the source with AssumeRole, as
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cross-service-confused-deputy-prevention.html.
 * Lambda is not among them: a role is passed to it by someone of the same account.
 */
const sendTheSource =
  /^(scheduler|ecs-tasks|pipes|states|events|backup|sns|firehose|logs|config|cloudtrail|ses|iot|bedrock|sagemaker)\.amazonaws\.com$/;

export const trustNamesItsSource = resourceRule({
  name: "trust-names-its-source",
  holds: "A role that trusts a service which names its source asks for your account or for the source's ARN.",
  why: "The service works for every customer: another one's schedule could have it assume your role (the confused deputy).",
  elsewhere: [],
  types: [role],
  violations: (resource) =>
    resource
      .statements("assumeRolePolicy")
      .filter(
        (statement) =>
          statement.effect === "Allow" && !isBoundBy(statement, "aws:SourceAccount", "aws:SourceArn"),
      )
      .flatMap(({ principals }) => principals)
      .filter(({ kind, id }) => kind === "Service" && sendTheSource.test(id))
      .map(({ id }) => `Add a condition on aws:SourceAccount or aws:SourceArn for ${id}.`),
});
