import { account } from "../account.ts";
import { AwsError } from "../aws-error.ts";
import type { AccessKey } from "../iam/iam.ts";
import type { FunctionConfiguration } from "./lambda.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const reserved = [
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
];

/** Throws AwsError InvalidParameterValueException when a declared variable is one that Lambda sets itself. */
export function refuseReservedVariables(declared: Readonly<Record<string, string>>): void {
  const used = reserved.filter((name) => name in declared);
  if (used.length === 0) return;
  throw new AwsError(
    "InvalidParameterValueException",
    400,
    `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${used.join(", ")}`,
  );
}

export interface InstanceSurroundings {
  readonly key: AccessKey;
  readonly endpointUrl: string;
  readonly logStream: string;
  readonly taskRoot: string;
  /** Absent where the role may write no segments, which then are lost. */
  readonly daemonAddress: string | undefined;
}

/** Every variable an instance has: the declared ones and Lambda's own, and the address of the local AWS. */
export function functionEnvironment(
  configuration: FunctionConfiguration,
  { key, endpointUrl, logStream, taskRoot, daemonAddress }: InstanceSurroundings,
): Record<string, string> {
  return {
    TZ: ":UTC",
    AWS_ENDPOINT_URL: endpointUrl,
    ...configuration.environment,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memorySize),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: taskRoot,
    _HANDLER: configuration.handler,
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    ...(daemonAddress !== undefined && { AWS_XRAY_DAEMON_ADDRESS: daemonAddress }),
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_SESSION_TOKEN: key.sessionToken,
  };
}
