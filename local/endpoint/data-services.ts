import type { Clock } from "../clock.ts";
import type { Tables } from "../dynamodb/tables.ts";
import { withTransactions } from "../dynamodb/transactions.ts";
import type { ConditionContext } from "../iam/iam.ts";
import type { Secrets } from "../secrets/secrets.ts";
import type { Queues } from "../sqs/queues.ts";
import type { DataService } from "./endpoint.ts";

/** What one call needs to be allowed. */
export interface Access {
  readonly action: string;
  readonly resources: readonly string[];
  readonly context: ConditionContext;
  readonly resourcePolicies: readonly string[];
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A service behind the endpoint, and how it spells a denial. */
export interface ServiceOperations {
  /** One for each thing that the call does. All must be allowed. */
  accessesOf(operation: string, request: unknown): readonly Access[];
  handle(operation: string, request: unknown): Promise<ServiceAnswer>;
  readonly denial: { readonly code: string; readonly status: number };
}

/**
 * DynamoDB and Secrets Manager deny with 400, SQS with 403.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 */
export function dataServices(
  tables: Tables,
  queues: Queues,
  secrets: Secrets,
  clock: Pick<Clock, "now">,
): Readonly<Record<DataService, ServiceOperations>> {
  const { accessesOf, handle } = withTransactions(tables, () => clock.now());
  return {
    dynamodb: {
      accessesOf,
      handle,
      denial: { code: "AccessDeniedException", status: 400 },
    },
    sqs: {
      accessesOf(operation, request) {
        const { action, resource, resourcePolicies } = queues.accessOf(operation, request);
        return [{ action, resources: [resource], context: {}, resourcePolicies }];
      },
      handle: (operation, request) => queues.handle(operation, request),
      denial: { code: "AccessDenied", status: 403 },
    },
    secretsmanager: {
      accessesOf(operation, request) {
        const { action, resource } = secrets.accessOf(operation, request);
        return [{ action, resources: [resource], context: {}, resourcePolicies: [] }];
      },
      handle: (operation, request) => secrets.handle(operation, request),
      denial: { code: "AccessDeniedException", status: 400 },
    },
  };
}
