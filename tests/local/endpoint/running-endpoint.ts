import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { afterEach, beforeEach } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createEndpoint } from "../../../local/endpoint/create-endpoint.ts";
import type { Endpoint } from "../../../local/endpoint/endpoint.ts";
import { createFaults } from "../../../local/faults/create-faults.ts";
import type { Faults } from "../../../local/faults/faults.ts";
import { createIam } from "../../../local/iam/create-iam.ts";
import type { Iam } from "../../../local/iam/iam.ts";
import { createSecrets } from "../../../local/secrets/create-secrets.ts";
import type { Secrets } from "../../../local/secrets/secrets.ts";
import { lambdaTrust, policy, queueArn, relayRole } from "../iam/policies.ts";
import { fakeQueues, fakeTables } from "./fake-services.ts";

export const item = '{"Item":{"clientId":{"S":"alice"}}}';
export const sent = '{"MessageId":"m1"}';
export const read = new GetItemCommand({ TableName: "peers", Key: { channel: { S: "c" } } });
const tlsOnly = policy({
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:*",
  Resource: queueArn,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** The endpoint of one test, in front of fakes of its services, with the real IAM and the role `relay`. */
export interface RunningEndpoint {
  clock: AdvanceableClock;
  iam: Iam;
  endpoint: Endpoint;
  /** What reached the services. */
  calls: { operation: string; request: unknown }[];
  faults: unknown[];
  secrets: Secrets;
  /** By which calls fail on purpose. */
  rules: Faults;
  tablesAnswer: () => { status: number; body: string };
  queuesAnswer: () => { status: number; body: string };
  clients: { destroy(): void }[];
}

/** Gives each test of a file an endpoint of its own, which the environment names, as a function's does. */
export function endpointForEachTest(): RunningEndpoint {
  const running = {} as RunningEndpoint;
  const environment = { ...process.env };
  beforeEach(async () => {
    const clock = new AdvanceableClock();
    const iam = createIam({ clock });
    iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
    const [calls, faults]: [RunningEndpoint["calls"], unknown[]] = [[], []];
    const rules = createFaults({ clock });
    const secrets = createSecrets({ clock, randomUUID: () => "version-1" });
    const endpoint = await createEndpoint({
      iam,
      secrets,
      clock,
      tables: fakeTables(calls, () => running.tablesAnswer()),
      queues: fakeQueues(calls, [tlsOnly], () => running.queuesAnswer()),
      randomUUID: () => "request-1",
      onFault: (fault) => faults.push(fault),
      faults: rules,
    });
    Object.assign(running, { clock, iam, endpoint, calls, faults, rules, secrets, clients: [] });
    running.tablesAnswer = () => ({ status: 200, body: item });
    running.queuesAnswer = () => ({ status: 200, body: sent });
    const key = iam.assumeRole(relayRole.arn, "lambda.amazonaws.com");
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_SESSION_TOKEN: key.sessionToken,
    });
  });
  afterEach(async () => {
    for (const client of running.clients) client.destroy();
    process.env = { ...environment };
    await running.endpoint.stop();
  });
  return running;
}

/** Lets the role `relay` do it. */
export function grant(
  { iam }: RunningEndpoint,
  action: string,
  resource: string | string[],
  condition?: object,
): void {
  const statement = { Effect: "Allow", Action: action, Resource: resource };
  iam.putRolePolicy(
    "relay",
    action.replace(":", "-"),
    policy({ ...statement, ...(condition && { Condition: condition }) }),
  );
}

export function dynamodb({ clients }: RunningEndpoint, maxAttempts = 1): DynamoDBClient {
  const client = new DynamoDBClient({ credentials: fromEnv(), maxAttempts });
  clients.push(client);
  return client;
}

export function sqs({ clients }: RunningEndpoint): SQSClient {
  const client = new SQSClient({ credentials: fromEnv(), maxAttempts: 1, md5: false });
  clients.push(client);
  return client;
}

// The SDK sends to the origin of the queue's URL.
export function send({ endpoint }: RunningEndpoint): SendMessageCommand {
  return new SendMessageCommand({
    QueueUrl: `${endpoint.url}/000000000000/deliveries`,
    MessageBody: "frame",
  });
}
