import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import type { ClientConfiguration } from "../functions/shared/aws/aws-json-client.ts";
import { OperateError } from "./operate-error.ts";

export type Target =
  | { readonly kind: "deployed"; readonly stack: string }
  | { readonly kind: "local"; readonly control: string };

const queue = v.object({ url: v.string(), deadLettersUrl: v.string() });

/** The output `operation` of index.ts. */
const operation = v.object({
  queues: v.record(v.string(), queue),
  /** Name in index.ts → name on AWS. */
  tables: v.record(v.string(), v.string()),
  stripe: v.optional(
    v.object({
      secretKeyArn: v.string(),
      webhookSecretArns: v.array(v.string()),
      /** Where the fake of Stripe is; absent at Stripe. */
      apiUrl: v.optional(v.string()),
    }),
  ),
  plans: v.optional(v.record(v.string(), v.object({ name: v.string(), priceId: v.string() }))),
  billingUrl: v.string(),
});

/** What an operator's commands need to know of a stack, and the clients to reach it. */
export interface Stack extends v.InferOutput<typeof operation> {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  /** For the clients of the functions, whose work some commands do. */
  readonly configuration: ClientConfiguration;
}

const localOperator = v.object({
  endpoint: v.string(),
  region: v.string(),
  credentials: v.object({
    accessKeyId: v.string(),
    secretAccessKey: v.string(),
    sessionToken: v.string(),
  }),
  operation,
});

export type ReadOutput = (stack: string) => Promise<string>;

/** Finds the stack. A deployed one is reached with the credentials of the environment or the AWS profile. */
export async function findStack(target: Target, readOutput: ReadOutput = pulumiOutput): Promise<Stack> {
  if (target.kind === "local") return findLocal(target.control);
  const found = parsed(
    operation,
    await readOutput(target.stack),
    `stack ${target.stack} has no output "operation" as this version writes it: deploy it first`,
  );
  const region = regionOf(Object.values(found.queues)[0]?.url ?? "");
  return { ...found, ...clientsOf({ region }) };
}

async function findLocal(control: string): Promise<Stack> {
  if (!/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/?$/.test(control)) {
    throw new OperateError("--local is no control URL; expected the one that `npm start` prints");
  }
  const answer = await fetch(`${control.replace(/\/$/, "")}/operator`, { method: "POST" }).catch(() => {
    throw new OperateError("nothing answers at the control URL; is `npm start` running?");
  });
  const refusal = "the control URL does not give an operator's access; is it of this version's `npm start`?";
  if (!answer.ok) throw new OperateError(refusal);
  const found = parsed(localOperator, await answer.text(), refusal);
  const client = { endpoint: found.endpoint, region: found.region, credentials: found.credentials };
  return { ...found.operation, ...clientsOf(client) };
}

function clientsOf(settings: { readonly region: string; readonly endpoint?: string }) {
  const dynamodb = new DynamoDBClient(settings);
  return {
    dynamodb,
    sqs: new SQSClient(settings),
    secrets: new SecretsManagerClient(settings),
    configuration: { ...settings, credentials: dynamodb.config.credentials },
  };
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, text: string, refusal: string) {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (!result.success) throw new OperateError(refusal);
  return result.output;
}

/** The Region of a queue, by its URL. Throws OperateError for another URL. */
export function regionOf(queueUrl: string): string {
  const [, region] = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\//.exec(queueUrl) ?? [];
  if (region === undefined) throw new OperateError(`"${queueUrl}" is not the URL of an SQS queue`);
  return region;
}

async function pulumiOutput(stack: string): Promise<string> {
  const args = ["pulumi", "stack", "output", "operation", "--json", "--stack", stack];
  try {
    return (await promisify(execFile)("npx", args)).stdout;
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new OperateError(`npx ${args.join(" ")} failed: ${said.split("\n").at(-1)}`);
  }
}
