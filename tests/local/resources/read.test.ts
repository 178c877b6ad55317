import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { type LocalCloud, startCloud } from "../../../local/cloud.ts";
import { handlerOf } from "../../../local/resources/resource-handlers.ts";

let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await startCloud({ clock: new AdvanceableClock() });
});
afterEach(() => cloud.stop());

/** Makes a resource, and gives what its handler reads of it later. */
async function made(type: string, inputs: Readonly<Record<string, unknown>>) {
  const created = await cloud.create({ type, name: "probe", inputs });
  return {
    ...created,
    read: () => handlerOf(cloud.handlers, { type, name: "probe" }).read(created),
  };
}
const trusting = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } },
  });
const allowing = (action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: action, Resource: "*" } });
const role = (service = "lambda.amazonaws.com") =>
  made("aws:iam/role:Role", { name: "probe", assumeRolePolicy: trusting(service) });
const relay = async () => {
  await role();
  return made("aws:lambda/function:Function", {
    name: "relay",
    role: "arn:aws:iam::000000000000:role/probe",
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: { "index.mjs": "export const handler = () => 1" },
    timeout: 5,
  });
};
const queue = () => made("aws:sqs/queue:Queue", { name: "letters", visibilityTimeoutSeconds: 30 });

test("what has gone by other hands can be made again under its name", async () => {
  const { tables, queues, iam } = cloud.services;
  await relay();
  await queue();
  iam.deleteRole("probe");
  await queues.deleteQueue("letters");
  await expect(role()).resolves.toMatchObject({ id: "probe" });
  await expect(queue()).resolves.toMatchObject({ outputs: { name: "letters" } });
  const keyed = { name: "peers", billingMode: "PAY_PER_REQUEST", hashKey: "channel" };
  const attributes = [{ name: "channel", type: "S" }];
  const peers = () => made("aws:dynamodb/table:Table", { ...keyed, attributes });
  await peers();
  await expect(peers()).rejects.toThrow("there already is a table peers.");
  await tables.deleteTable("peers");
  await expect(peers()).resolves.toMatchObject({ id: "peers" });
});

test("what nobody has touched is read as it was made", async () => {
  for (const resource of [await relay(), await queue()]) {
    expect(await resource.read()).toEqual({ id: resource.id, outputs: resource.outputs });
  }
});

test("a table: its Time to Live and its protection, and that it is gone", async () => {
  const table = await made("aws:dynamodb/table:Table", {
    name: "peers",
    billingMode: "PAY_PER_REQUEST",
    hashKey: "channel",
    attributes: [{ name: "channel", type: "S" }],
    ttl: { attributeName: "expiresAt", enabled: true },
  });
  const configuration = await cloud.services.tables.description("peers");
  if (!configuration) throw new Error("the table was made");
  const { ttlAttribute: _, ...withoutTtl } = configuration;
  await cloud.services.tables.putTable({ ...withoutTtl, deletionProtection: true });
  expect((await table.read())?.outputs).toMatchObject({
    ttl: { attributeName: "expiresAt", enabled: false },
    deletionProtectionEnabled: true,
  });
  await cloud.services.tables.putTable(configuration);
  await cloud.services.tables.deleteTable("peers");
  expect(await table.read()).toBeUndefined();
});

test("a queue: its attributes and its policies, and that it is gone", async () => {
  const letters = await queue();
  const policy = await made("aws:sqs/queuePolicy:QueuePolicy", {
    queueUrl: letters.id,
    policy: allowing("sqs:SendMessage"),
  });
  const { queues } = cloud.services;
  const arn = String(letters.outputs.arn);
  await queues.putQueue({ name: "letters", arn, attributes: { VisibilityTimeout: "90" } });
  await queues.putQueuePolicy(letters.id, allowing("sqs:*"));
  expect((await letters.read())?.outputs.visibilityTimeoutSeconds).toBe(90);
  expect((await policy.read())?.outputs.policy).toBe(allowing("sqs:*"));
  await queues.deleteQueuePolicy(letters.id);
  expect(await policy.read()).toBeUndefined();
  await queues.deleteQueue("letters");
  expect(await letters.read()).toBeUndefined();
});

test("a role: whom it trusts, and what its policies allow, and that they are gone", async () => {
  const trusted = await role();
  const policy = await made("aws:iam/rolePolicy:RolePolicy", {
    role: "probe",
    name: "send",
    policy: allowing("sqs:SendMessage"),
  });
  const { iam } = cloud.services;
  const arn = String(trusted.outputs.arn);
  iam.putRole({ name: "probe", arn, assumeRolePolicy: trusting("scheduler.amazonaws.com") });
  iam.putRolePolicy("probe", "send", allowing("sqs:*"));
  expect((await trusted.read())?.outputs.assumeRolePolicy).toBe(trusting("scheduler.amazonaws.com"));
  expect((await policy.read())?.outputs.policy).toBe(allowing("sqs:*"));
  iam.deleteRolePolicy("probe", "send");
  expect(await policy.read()).toBeUndefined();
  iam.deleteRole("probe");
  expect(await trusted.read()).toBeUndefined();
});

test("a function: its settings and its code, its permissions, and that they are gone", async () => {
  const declared = await relay();
  const permission = await made("aws:lambda/permission:Permission", {
    function: "relay",
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    statementId: "invoke",
  });
  const { lambda } = cloud.services;
  const configuration = lambda.configuration("relay");
  if (!configuration) throw new Error("the function was made");
  await lambda.putFunction({ ...configuration, timeout: 9, files: { "index.mjs": "" } });
  const found = await declared.read();
  expect(found?.outputs.timeout).toBe(9);
  expect(found?.outputs.codeSha256).not.toBe(declared.outputs.codeSha256);
  expect(await permission.read()).toBeDefined();
  lambda.deletePermission("relay", "invoke");
  expect(await permission.read()).toBeUndefined();
  await lambda.deleteFunction("relay");
  expect(await declared.read()).toBeUndefined();
});

test("a mapping and a schedule: their settings, and that they are gone", async () => {
  await relay();
  const { outputs } = await queue();
  await cloud.create({
    type: "aws:iam/rolePolicy:RolePolicy",
    name: "receive",
    inputs: { role: "probe", policy: allowing("sqs:*") },
  });
  const mapping = await made("aws:lambda/eventSourceMapping:EventSourceMapping", {
    eventSourceArn: outputs.arn,
    functionName: "relay",
    batchSize: 5,
  });
  const { lambda, schedules, iam } = cloud.services;
  const configuration = lambda.eventSourceMapping(mapping.id);
  if (!configuration) throw new Error("the mapping was made");
  await lambda.putEventSourceMapping({ ...configuration, batchSize: 1 }, mapping.id);
  expect((await mapping.read())?.outputs.batchSize).toBe(1);
  await lambda.deleteEventSourceMapping(mapping.id);
  expect(await mapping.read()).toBeUndefined();

  const arn = "arn:aws:iam::000000000000:role/clock";
  iam.putRole({ name: "clock", arn, assumeRolePolicy: trusting("scheduler.amazonaws.com") });
  const schedule = await made("aws:scheduler/schedule:Schedule", {
    name: "sweep",
    scheduleExpression: "rate(1 minute)",
    flexibleTimeWindow: { mode: "OFF" },
    target: { arn: "arn:aws:lambda:us-east-1:000000000000:function:relay", roleArn: arn },
  });
  const scheduled = schedules.schedule(String(schedule.outputs.arn));
  if (!scheduled) throw new Error("the schedule was made");
  schedules.putSchedule({ ...scheduled, expression: "rate(5 minutes)" });
  expect((await schedule.read())?.outputs.scheduleExpression).toBe("rate(5 minutes)");
  schedules.deleteSchedule(scheduled.arn);
  expect(await schedule.read()).toBeUndefined();
});

test("the parts of an API are gone with it", async () => {
  const api = await made("aws:apigateway/restApi:RestApi", { name: "billing" });
  const plans = await made("aws:apigateway/resource:Resource", {
    restApi: api.id,
    parentId: api.outputs.rootResourceId,
    pathPart: "plans",
  });
  const place = { restApi: api.id, resourceId: plans.id, httpMethod: "GET" };
  const method = await made("aws:apigateway/method:Method", { ...place, authorization: "NONE" });
  const integration = await made("aws:apigateway/integration:Integration", { ...place, type: "MOCK" });
  const deployment = await made("aws:apigateway/deployment:Deployment", { restApi: api.id });
  const stage = await made("aws:apigateway/stage:Stage", {
    restApi: api.id,
    deployment: deployment.id,
    stageName: "v1",
  });
  const sockets = await made("aws:apigatewayv2/api:Api", {
    name: "signaling",
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
  });
  const relayed = await made("aws:apigatewayv2/integration:Integration", {
    apiId: sockets.id,
    integrationType: "AWS_PROXY",
    integrationUri:
      "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations",
  });
  const route = await made("aws:apigatewayv2/route:Route", {
    apiId: sockets.id,
    routeKey: "$default",
    target: `integrations/${relayed.id}`,
  });
  const parts = [api, plans, method, integration, deployment, stage, sockets, relayed, route];
  for (const part of parts) expect(await part.read()).toBeDefined();
  await cloud.services.restApis.deleteRestApi(api.id);
  await cloud.services.webSocketApis.deleteApi(sockets.id);
  for (const part of parts) expect(await part.read()).toBeUndefined();
});
