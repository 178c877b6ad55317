import { restMethod } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const restMethodIsAuthorized = resourceRule({
  name: "rest-method-is-authorized",
  holds: "Every method of a REST API but OPTIONS asks for an authorizer, IAM, or an API key.",
  why: "Otherwise whoever knows the URL starts the function.",
  elsewhere: ["AwsSolutions-APIG4", "CKV_AWS_59", "CKV2_AWS_70"],
  types: [restMethod],
  violations: (resource) =>
    resource.is("httpMethod", "OPTIONS") ||
    resource.is("apiKeyRequired", true) ||
    (resource.has("authorization") && !resource.isKnownAs("authorization", "NONE"))
      ? []
      : ["Set authorization, or exempt the method with the reason why it may be open."],
});
