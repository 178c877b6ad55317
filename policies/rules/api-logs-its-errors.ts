import { isWebSocket, stageWideSettings } from "../api-parts.ts";
import { restStage, v2Stage } from "../aws.ts";
import { stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";

export const apiLogsItsErrors = stackRule({
  name: "api-logs-its-errors",
  holds: "Every stage of a REST or WebSocket API writes execution logs, of errors at least.",
  why: "Why an authorizer, a mapping or an integration failed is said nowhere else.",
  elsewhere: [
    "AwsSolutions-APIG6",
    "HIPAA.Security-APIGWExecutionLoggingEnabled",
    "NIST.800.53.R4-APIGWExecutionLoggingEnabled",
    "NIST.800.53.R5-APIGWExecutionLoggingEnabled",
    "PCI.DSS.321-APIGWExecutionLoggingEnabled",
    "CKV2_AWS_4",
  ],
  violationsOf: (stack) => [
    // A stage without such settings is what api-is-throttled reports.
    ...stack
      .ofType(restStage)
      .flatMap((stage) => stageWideSettings(stack, stage) ?? [])
      .filter((settings) => !settings.is("settings.loggingLevel", "ERROR", "INFO"))
      .map((resource) => ({ resource, message: 'Set settings.loggingLevel: "ERROR".' })),
    ...webSocketStages(stack)
      .filter((stage) => !stage.is("defaultRouteSettings.loggingLevel", "ERROR", "INFO"))
      .map((resource) => ({ resource, message: 'Set defaultRouteSettings.loggingLevel: "ERROR".' })),
  ],
});

// An HTTP API has no execution logs: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html.
function webSocketStages(stack: Stack) {
  return stack.ofType(v2Stage).filter((stage) => isWebSocket(stack, stage));
}
