import { permission } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const permissionNamesItsSource = resourceRule({
  name: "permission-names-its-source",
  holds:
    "A permission for an AWS service names one source: its ARN has no wildcard, and an account if it lacks one.",
  why: "The service acts for every customer. Without the source, someone else's API can call your function.",
  elsewhere: ["aws.lambda.Permission.configureSourceArn", "CKV_AWS_364"],
  types: [permission],
  violations: (resource) => {
    if (!/\.amazonaws\.com/.test(resource.text("principal"))) return [];
    if (!resource.has("sourceArn")) return ["Set sourceArn to the ARN of the one caller."];
    const arn = resource.text("sourceArn");
    if (arn.includes("*")) return [`Write ${arn} out: its stage, method and route.`];
    return arn !== "" && arn.split(":")[4] === "" && !resource.has("sourceAccount")
      ? [`Set sourceAccount: ${arn} names no account.`]
      : [];
  },
});
