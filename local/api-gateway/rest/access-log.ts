import { substitute, type Variables } from "./variable-substitution.ts";

/**
 * One line of the access log. A variable without a value is `-`, as API Gateway writes it
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html). Values
 * are escaped as inside a JSON string, so that a request cannot forge a field or a line. No variable
 * holds the query.
 */
export function accessLogLine(format: string, context: Variables, stageVariables: Variables): string {
  return substitute(format, { context, stageVariables }, (value) =>
    value === undefined || value === null || typeof value === "object"
      ? "-"
      : JSON.stringify(String(value)).slice(1, -1),
  );
}
