import type { Tables } from "../../../local/dynamodb/tables.ts";
import type { Queues } from "../../../local/sqs/queues.ts";
import { queueArn, tableArn } from "../iam/policies.ts";

interface Call {
  readonly operation: string;
  readonly request: unknown;
}

const unused = () => Promise.reject(new Error("not part of this test"));

/** A DynamoDB with one table, `peers`, that answers every call with `answer`. */
export function fakeTables(calls: Call[], answer: () => { status: number; body: string }): Tables {
  return {
    accessOf: (operation, request) => ({
      action: `dynamodb:${operation}`,
      resources: operation === "BatchGetItem" ? [tableArn, `${tableArn}2`] : [tableArn],
      context: { "dynamodb:Attributes": Object.keys((request as { Key?: object }).Key ?? {}) },
      resourcePolicies: [],
    }),
    handle: async (operation, request) => {
      calls.push({ operation, request });
      return answer();
    },
    putTable: unused,
    restoreTable: unused,
    putResourcePolicy: unused,
    deleteResourcePolicy: unused,
    resourcePolicy: () => undefined,
    deleteTable: unused,
    description: unused,
    stop: unused,
  };
}

/** An SQS with one queue, `deliveries`, under these queue policies. */
export function fakeQueues(
  calls: Call[],
  resourcePolicies: readonly string[],
  answer: () => { status: number; body: string },
): Queues {
  return {
    accessOf: (operation) => ({ action: `sqs:${operation}`, resource: queueArn, resourcePolicies }),
    handle: async (operation, request) => {
      calls.push({ operation, request });
      return answer();
    },
    putQueue: unused,
    deleteQueue: unused,
    attributes: unused,
    putQueuePolicy: unused,
    deleteQueuePolicy: unused,
    putRedriveAllowPolicy: unused,
    deleteRedriveAllowPolicy: unused,
    stop: unused,
  };
}
