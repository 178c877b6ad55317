import { restStage, v2Stage } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const apiWritesAccessLogs = resourceRule({
  name: "api-writes-access-logs",
  holds: "Every stage of an API writes access logs.",
  why: "Calls that API Gateway itself refuses never reach a function: only here can they be seen.",
  elsewhere: [
    "AwsSolutions-APIG1",
    "Serverless-APIGWAccessLogging",
    "CKV_AWS_76",
    "CKV_AWS_95",
    "aws.apigatewayv2.Stage.enableAccessLogging",
    "aws.apigatewayv2.Stage.configureAccessLogging",
  ],
  types: [restStage, v2Stage],
  violations: (resource) =>
    resource.has("accessLogSettings.destinationArn") ? [] : ["Set accessLogSettings with a destinationArn."],
});
