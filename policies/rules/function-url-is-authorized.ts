import { functionUrl } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const functionUrlIsAuthorized = resourceRule({
  name: "function-url-is-authorized",
  holds: "A function URL asks for IAM authorization.",
  why: "An open URL has no throttle, no WAF and no authorizer before the function.",
  elsewhere: ["LambdaFunctionUrlAuth", "CKV_AWS_258"],
  types: [functionUrl],
  violations: (resource) =>
    resource.is("authorizationType", "AWS_IAM") ? [] : ['Set authorizationType: "AWS_IAM".'],
});
