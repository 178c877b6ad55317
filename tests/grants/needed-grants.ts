import * as aws from "../../policies/aws.ts";
import type { Resource } from "../../policies/resource.ts";
import type { Stack } from "../../policies/stack.ts";
import type { AwsCall, BundleReading } from "./aws-calls.ts";
import { shortResource } from "./short-resource.ts";

/** A permission that something needs: who, what for which resource, and why. */
export interface Need {
  readonly role: Resource;
  /** `dynamodb:Query pairs/index/waiting`. */
  readonly permission: string;
  /** Where in the source, or which resource. */
  readonly from: string;
}

/**
 * The permission that each operation asks for, where it is not the operation's own name
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigateway.html for `execute-api`).
 */
const permissions: Readonly<Record<string, string>> = {
  "@connections POST": "execute-api:ManageConnections POST/@connections/*",
  "@connections DELETE": "execute-api:ManageConnections DELETE/@connections/*",
};
const prefixes: Readonly<Record<string, string>> = {
  dynamodb: "dynamodb",
  sqs: "sqs",
  "secrets-manager": "secretsmanager",
};

/** What the roles of a stack's functions need: for the calls of their bundles, and for what AWS does in their name. */
export function neededGrants(stack: Stack, bundles: ReadonlyMap<string, BundleReading>): Need[] {
  return [
    ...stack.ofType(aws.lambdaFunction).flatMap((found) => neededByFunction(stack, found, bundles)),
    ...stack.ofType(aws.eventSourceMapping).flatMap((mapping) => neededByMapping(stack, mapping)),
    ...stack.ofType(aws.schedule).flatMap((schedule) =>
      stack.targets(schedule, "target", aws.role).map((role) => ({
        role,
        permission: `lambda:InvokeFunction ${shortResource(schedule.text("target.arn"))}`,
        from: `the schedule ${schedule.name}`,
      })),
    ),
  ];
}

function neededByFunction(
  stack: Stack,
  found: Resource,
  bundles: ReadonlyMap<string, BundleReading>,
): Need[] {
  const [role] = stack.targets(found, "role", aws.role);
  const bundle = bundles.get(codeOf(found));
  if (!role || !bundle) throw new Error(`${found.name} has no role, or a bundle that is none of functions/`);
  const variables = Object.fromEntries(found.members("environment.variables"));
  const logs = found.text("loggingConfig.logGroup");
  return [
    ...["CreateLogStream", "PutLogEvents"].map((action) => ({
      role,
      permission: `logs:${action} ${logs}`,
      from: "Lambda writes its lines",
    })),
    ...(found.is("tracingConfig.mode", "Active") ? ["PutTraceSegments", "PutTelemetryRecords"] : []).map(
      (action) => ({ role, permission: `xray:${action} *`, from: "Lambda writes its traces" }),
    ),
    ...bundle.calls.flatMap((call) =>
      permissionsOf(call, variables).map((permission) => ({ role, permission, from: call.source })),
    ),
  ];
}

/** The text of the one file that a function consists of. */
function codeOf(found: Resource): string {
  return String(found.members("code").find(([file]) => file === "index.mjs")?.[1]);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
function neededByMapping(stack: Stack, mapping: Resource): Need[] {
  const roles = stack
    .targets(mapping, "functionName", aws.lambdaFunction)
    .flatMap((consumer) => stack.targets(consumer, "role", aws.role));
  const queue = shortResource(mapping.text("eventSourceArn"));
  return roles.flatMap((role) =>
    ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((action) => ({
      role,
      permission: `sqs:${action} ${queue}`,
      from: `the event source mapping ${mapping.name}`,
    })),
  );
}

function permissionsOf(call: AwsCall, environment: Readonly<Record<string, unknown>>): string[] {
  const known = permissions[call.operation];
  if (known) return [known];
  const [client = "", operation] = call.operation.split(" ");
  const action = `${prefixes[client] ?? client}:${operation}`;
  if (action === "secretsmanager:GetSecretValue") {
    const secrets = JSON.stringify(environment).match(/arn:aws[a-z-]*:secretsmanager:[^"\\]+/g) ?? [];
    return secrets.map((arn) => `${action} ${arn}`);
  }
  if (!call.variables?.length) return [`${action} of what nothing names`];
  const index = call.index === undefined ? "" : `/index/${call.index}`;
  return call.variables.map((variable) => {
    const value = String(environment[variable] ?? `what ${variable} would name`);
    return `${action} ${value.split("/").at(-1)}${index}`;
  });
}
