import { AwsError } from "../aws-error.ts";
import type { Logs } from "../logs/logs.ts";
import { substitute, type Variables } from "./variable-substitution.ts";

export interface AccessLog {
  readonly logGroup: string;
  readonly format: string;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const longestFormat = 3 * 1024;
const logGroupArn = /^arn:aws:logs:[\w-]+:\d{12}:log-group:([^:*]+)(?::\*)?$/;

/** The access log that a stage declares. Throws when its format is too long, or its log group does not exist. */
export function accessLogOf(
  declared: { readonly destinationArn: string; readonly format: string },
  logs: Pick<Logs, "groups">,
): AccessLog {
  const { destinationArn, format } = declared;
  if (Buffer.byteLength(format) > longestFormat) throw new Error("the access log's format is over 3 KB");
  const logGroup = logGroupArn.exec(destinationArn)?.[1];
  if (!logGroup) throw new Error(`the access log's destination ${destinationArn} is not a log group's ARN`);
  if (!logs.groups().some(({ name }) => name === logGroup)) {
    throw new Error(`the access log's log group "${logGroup}" does not exist`);
  }
  return { logGroup, format };
}

/** Writes one line, unless the log group is gone: on AWS, too, a request is served then. */
export function writeAccessLog(
  logs: Pick<Logs, "append">,
  { logGroup, format }: AccessLog,
  context: Variables,
  stageVariables: Variables = {},
): void {
  try {
    logs.append(logGroup, accessLogLine(format, context, stageVariables));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}

/**
 * One line of the access log. A variable without a value is `-`, as API Gateway writes it
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html).
 * Values are escaped as inside a JSON string, so that a request cannot forge a field or a line; only
 * `$context.error.messageString` brings its own quotes. No variable holds the query.
 */
export function accessLogLine(format: string, context: Variables, stageVariables: Variables): string {
  return substitute(format, { context, stageVariables }, (value, name) => {
    if (value === undefined || value === null || typeof value === "object") return "-";
    return name === "error.messageString" ? String(value) : JSON.stringify(String(value)).slice(1, -1);
  });
}
