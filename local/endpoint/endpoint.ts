import type { ConditionContext, Principal } from "../iam/iam.ts";

export type DataService = "dynamodb" | "sqs" | "secretsmanager";

/**
 * The one address that `AWS_ENDPOINT_URL` names: DynamoDB, SQS and Secrets Manager as the unmodified SDK
 * speaks to them over SigV4. Each call is authenticated, authorized, then handed to its service.
 */
export interface Endpoint {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /**
   * The same call made by an AWS service acting as a principal, such as a queue poller with a
   * function's role: authorized alike, without a signature. Returns the parsed JSON answer; throws
   * AwsError.
   */
  call(
    principal: Principal,
    service: DataService,
    operation: string,
    request: unknown,
    context?: ConditionContext,
  ): Promise<unknown>;
  stop(): Promise<void>;
}
