import { localArn } from "../account.ts";
import { AwsError } from "../aws-error.ts";
import type { Iam } from "../iam/iam.ts";
import type { Logs } from "../logs/logs.ts";
import type { FunctionConfiguration } from "./lambda.ts";

/** Where an instance's lines go: its own stream of the function's log group. */
export interface InstanceLog {
  readonly stream: string;
  write(lines: readonly string[]): void;
  /** Writes what waits. Lines that came in one turn of the event loop are one PutLogEvents. */
  flush(): void;
}

export interface InstanceLogOptions {
  readonly iam: Iam;
  readonly logs: Logs;
  readonly configuration: FunctionConfiguration;
  readonly stream: string;
  /** Tells the developer, once a function, why lines are lost. */
  readonly onLoss: (why: string) => void;
}

/**
 * Writes as the function's role: `logs:CreateLogStream` once, `logs:PutLogEvents` for each batch. Lines
 * that the role may not write, or whose log group does not exist, are dropped, as on AWS. AWS writes
 * START, END and REPORT lines around each invocation too; the local cloud does not.
 */
export function createInstanceLog(options: InstanceLogOptions): InstanceLog {
  const { iam, logs, configuration, stream, onLoss } = options;
  const { logGroup, roleArn } = configuration;
  const resource = localArn("logs", `log-group:${logGroup}:log-stream:${stream}`);
  const authorize = (action: string) =>
    iam.authorize({ principal: { kind: "role", arn: roleArn }, action, resource, context: {} });
  let streamExists = false;
  let waiting: string[] = [];
  let scheduled = false;

  const flush = () => {
    const lines = waiting;
    waiting = [];
    if (lines.length === 0) return;
    try {
      if (!streamExists) authorize("logs:CreateLogStream");
      streamExists = true;
      authorize("logs:PutLogEvents");
      for (const line of lines) logs.append(logGroup, line);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      onLoss(error.message);
    }
  };
  return {
    stream,
    write(lines) {
      waiting.push(...lines);
      if (scheduled) return;
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        flush();
      });
    },
    flush,
  };
}
