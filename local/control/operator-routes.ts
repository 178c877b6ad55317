import { account, localArn } from "../account.ts";
import type { Iam } from "../iam/iam.ts";
import { json, problem, type Route } from "../loopback/capability-server.ts";

export interface OperatorOptions {
  readonly iam: Pick<Iam, "putRole" | "putRolePolicy" | "assumeRole">;
  /** Where the services are, for AWS's SDK. */
  readonly endpointUrl: string;
  /** The program's output of that name, once it has been evaluated. */
  readonly operation: () => unknown;
}

/** Some service that IAM knows: what matters is that no function is it. */
const service = "scheduler.amazonaws.com";
const name = "operator";
export const operatorArn = localArn("iam", `role/${name}`, "");

/**
 * `POST /operator`: what the commands of `operate/` need, `{ "endpoint", "region", "credentials", "operation" }`. The role
 * is made when it is asked for, so that who never asks has no role more.
 */
export const operatorRoutes = ({ iam, endpointUrl, operation }: OperatorOptions): readonly Route[] => [
  {
    method: "POST",
    path: "/operator",
    answer: () => {
      if (operation() === undefined) return problem(503, "not_ready", "The program is being evaluated.");
      iam.putRole({
        name,
        arn: operatorArn,
        assumeRolePolicy: policy({ Principal: { Service: service }, Action: "sts:AssumeRole" }),
      });
      iam.putRolePolicy(
        name,
        "operate",
        policy({
          Action: actions,
          Resource: [
            localArn("sqs", "*"),
            localArn("secretsmanager", "secret:*"),
            localArn("dynamodb", "table/*"),
          ],
        }),
      );
      const credentials = iam.assumeRole(operatorArn, service);
      return json({ endpoint: endpointUrl, region: account.region, credentials, operation: operation() });
    },
  },
];

const actions = [
  "dynamodb:DescribeTable",
  "dynamodb:DescribeContinuousBackups",
  "dynamodb:Scan",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "dynamodb:DeleteItem",
  "sqs:ListDeadLetterSourceQueues",
  "sqs:GetQueueAttributes",
  "sqs:ReceiveMessage",
  "sqs:ChangeMessageVisibility",
  "sqs:DeleteMessage",
  "sqs:SendMessage",
  "secretsmanager:GetSecretValue",
  "secretsmanager:PutSecretValue",
];

const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
