import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { archive, type ProviderUnderTest, providerClient, unknown } from "./provider-client.ts";

let aws: ProviderUnderTest;
beforeAll(async () => {
  aws = await providerClient();
});
afterAll(() => aws.stop());

const group = "aws:cloudwatch/logGroup:LogGroup";
const table = "aws:dynamodb/table:Table";
const queue = "aws:sqs/queue:Queue";
const fn = "aws:lambda/function:Function";
const peers = {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "channel",
  attributes: [{ name: "channel", type: "S" }],
};
const relay = {
  name: "relay",
  role: "arn:aws:iam::000000000000:role/relay",
  runtime: "nodejs24.x",
  handler: "index.handler",
  code: archive({ "index.mjs": "export const handler = () => 1" }, "one"),
};

describe("the engine's questions about the provider", () => {
  test("previews are served, and secrets are the engine's to mark", async () => {
    const configured = await aws.call<provider.ConfigureResponse>(
      "configure",
      new provider.ConfigureRequest(),
    );
    expect(configured.toObject()).toMatchObject({ supportspreview: true, acceptsecrets: false });
  });

  test("another Region than the local cloud's is refused", async () => {
    expect(await aws.checkConfig({ region: "us-east-1" })).toEqual([]);
    expect(await aws.checkConfig({ region: "eu-west-1" })).toEqual(["the local cloud is in us-east-1 only"]);
  });

  test("a verb that is not served says so, which the engine takes for an answer", async () => {
    await expect(aws.call("getSchema", new provider.GetSchemaRequest())).rejects.toMatchObject({ code: 12 });
    await expect(aws.call("cancel", aws.nothing())).resolves.toBeDefined();
  });

  test("data sources are answered, and those that are not known are named", async () => {
    expect(await aws.invoke("aws:index/getCallerIdentity:getCallerIdentity")).toMatchObject({
      accountId: "000000000000",
    });
    expect(await aws.invoke("aws:index/getRegion:getRegion")).toMatchObject({ name: "us-east-1" });
    await expect(aws.invoke("aws:ec2/getVpc:getVpc")).rejects.toThrow("aws:ec2/getVpc:getVpc");
  });
});

describe("check", () => {
  test("names a resource that the program does not name, and keeps the name while it lives", async () => {
    const first = await aws.check(queue, "deliveries", { fifoQueue: true });
    expect(first.inputs.name).toMatch(/^deliveries-[0-9a-f]{7}\.fifo$/);
    expect(first.inputs.__defaults).toEqual(["name"]);
    const renamed = { ...first.inputs, name: "deliveries-0000000.fifo" };
    expect((await aws.check(queue, "deliveries", { fifoQueue: true }, renamed)).inputs.name).toBe(
      "deliveries-0000000.fifo",
    );
    expect((await aws.check(queue, "deliveries", { name: "given" }, renamed)).inputs).toEqual({
      name: "given",
    });
  });

  test.each([
    ["memorysize", fn, { ...relay, memorysize: 128 }, "no such input; did you mean memorySize?"],
    ["timeout", fn, { ...relay, timeout: "3" }, "expected number, found string"],
    ["role", fn, { ...relay, role: undefined }, "missing"],
    [
      "attributes[0].type",
      table,
      { ...peers, attributes: [{ name: "channel", type: 1 }] },
      "expected string, found number",
    ],
    [
      'environment.variables["a.b"]',
      fn,
      { ...relay, environment: { variables: { "a.b": true } } },
      "expected string, found boolean",
    ],
    [
      "retentionInDays",
      group,
      { retentionInDays: 2 },
      "not supported by the local cloud: expected a number of days that CloudWatch Logs offers",
    ],
    ["kmsKeyId", group, { kmsKeyId: "key" }, expect.stringMatching(/^not supported by the local cloud/)],
  ])("refuses an input by its path: %s", async (path, type, inputs, reason) => {
    const given = JSON.parse(JSON.stringify(inputs));
    expect((await aws.check(type, "probe", given)).failures).toEqual([[path, reason]]);
  });

  test("takes what a preview does not know yet for right", async () => {
    const inputs = {
      ...relay,
      role: unknown,
      environment: { variables: { TABLE: unknown } },
      timeout: unknown,
    };
    expect((await aws.check(fn, "probe", inputs)).failures).toEqual([]);
    expect((await aws.check(group, "probe", { retentionInDays: unknown })).failures).toEqual([]);
  });

  test("names a resource type without a handler", async () => {
    await expect(aws.check("aws:s3/bucket:Bucket", "files", {})).rejects.toThrow(
      'aws:s3/bucket:Bucket "files": the local cloud has no handler for this resource type.',
    );
  });
});

describe("diff", () => {
  const { ADD, DELETE, UPDATE, UPDATE_REPLACE } = provider.PropertyDiff.Kind;

  test("names each change by its path", async () => {
    const olds = { ...relay, environment: { variables: { GONE: "1", LEVEL: "info" } } };
    const news = { ...relay, environment: { variables: { LEVEL: "debug", NEW: "1" } }, timeout: 3 };
    expect(await aws.diff(fn, olds, news)).toEqual({
      changed: true,
      diffs: ["environment", "timeout"],
      replaces: [],
      deletesFirst: false,
      detailed: {
        "environment.variables.GONE": DELETE,
        "environment.variables.LEVEL": UPDATE,
        "environment.variables.NEW": ADD,
        timeout: ADD,
      },
    });
  });

  test("compares deployment packages by their hash", async () => {
    const again = { ...relay, code: archive({ "index.mjs": "read back without its text" }, "one") };
    expect((await aws.diff(fn, relay, again)).changed).toBe(false);
    const other = { ...relay, code: archive({ "index.mjs": "export const handler = () => 1" }, "two") };
    expect((await aws.diff(fn, relay, other)).detailed).toEqual({ code: UPDATE });
  });

  test("replaces a table for its key, the new one first under a name of its own", async () => {
    const named = { ...peers, name: "peers-0123456", __defaults: ["name"] };
    expect(await aws.diff(table, named, { ...named, hashKey: "room" })).toEqual({
      changed: true,
      diffs: ["hashKey"],
      replaces: ["hashKey"],
      deletesFirst: false,
      detailed: { hashKey: UPDATE_REPLACE },
    });
  });

  test("the order of attributes and indexes means nothing", async () => {
    const [channel, clientId] = ["channel", "clientId"].map((name) => ({ name, type: "S" }));
    const [one, other] = ["one", "other"].map((name) => ({ name, rangeKey: "at", projectionType: "ALL" }));
    const olds = { ...peers, attributes: [channel, clientId], localSecondaryIndexes: [one, other] };
    const news = { ...peers, attributes: [clientId, channel], localSecondaryIndexes: [other, one] };
    expect((await aws.diff(table, olds, news)).changed).toBe(false);
    expect((await aws.diff(table, olds, { ...olds, localSecondaryIndexes: [other] })).replaces).toEqual([
      "localSecondaryIndexes",
    ]);
  });

  test("deletes first where the new one would have the name or the place of the old one", async () => {
    const named = { ...peers, name: "peers" };
    expect((await aws.diff(table, named, { ...named, hashKey: "room" })).deletesFirst).toBe(true);
    expect((await aws.diff(table, named, { ...named, name: "others" })).deletesFirst).toBe(false);
    const integration = { restApi: "a", resourceId: "r", httpMethod: "GET", type: "MOCK" };
    const other = { ...integration, type: "AWS_PROXY" };
    expect((await aws.diff("aws:apigateway/integration:Integration", integration, other)).deletesFirst).toBe(
      true,
    );
  });

  test("who chose a name makes no difference", async () => {
    expect((await aws.diff(queue, { name: "a", __defaults: ["name"] }, { name: "a" })).changed).toBe(false);
  });

  test("a value that is not known yet is a change, one that is to be ignored is none", async () => {
    expect((await aws.diff(table, peers, { ...peers, hashKey: unknown })).replaces).toEqual(["hashKey"]);
    expect((await aws.diff(table, peers, { ...peers, hashKey: "room" }, ["hashKey"])).changed).toBe(false);
  });
});

describe("a log group", () => {
  const inputs = { name: "access", retentionInDays: 7 };

  test("is made only when it is no preview", async () => {
    const wanted = { name: unknown, retentionInDays: 7 };
    expect(await aws.create(group, "access", wanted, true)).toEqual({ id: "", outputs: wanted });
    expect(aws.cloud.services.logs.groups()).toEqual([]);
    const made = await aws.create(group, "access", inputs);
    expect(made).toMatchObject({
      id: "access",
      outputs: { arn: expect.stringMatching(/log-group:access$/) },
    });
    expect(aws.cloud.services.logs.groups()).toEqual([inputs]);
  });

  test("is read as it is now: inputs, too, where it has changed", async () => {
    const { outputs } = await aws.read(group, "access", inputs, { ...inputs, arn: "a" });
    expect(outputs).toEqual({ ...inputs, arn: "a" });
    aws.cloud.services.logs.putLogGroup("access", 30);
    expect(await aws.read(group, "access", inputs, outputs)).toEqual({
      id: "access",
      inputs: { name: "access", retentionInDays: 30 },
      outputs: { name: "access", retentionInDays: 30, arn: "a" },
    });
  });

  test("changes only when it is no preview", async () => {
    const news = { name: "access", retentionInDays: 14 };
    expect(await aws.update(group, "access", { ...inputs, arn: "a" }, news, true)).toEqual({
      name: "access",
      retentionInDays: 14,
      arn: "a",
    });
    expect(aws.cloud.services.logs.groups()).toEqual([{ name: "access", retentionInDays: 30 }]);
    await aws.update(group, "access", inputs, news);
    expect(aws.cloud.services.logs.groups()).toEqual([{ name: "access", retentionInDays: 14 }]);
  });

  test("is deleted, and is not there to be read, nor to be deleted again", async () => {
    await aws.delete(group, "access", inputs);
    expect(aws.cloud.services.logs.groups()).toEqual([]);
    expect((await aws.read(group, "access", inputs, inputs)).id).toBe("");
    await aws.delete(group, "access", inputs);
  });

  test("is not imported, and it is said what could be", async () => {
    await expect(aws.read(group, "access", {}, {})).rejects.toThrow(
      /import_unknown: the local cloud has no aws:cloudwatch\/logGroup:LogGroup with the id "access"\. It takes the ids that a state has, and has /,
    );
  });
});

test("a preview of an update does not know what the update gives anew", async () => {
  const outputs = {
    name: "relay",
    arn: "a",
    lastModified: "2026-11-29",
    codeSha256: "1",
    sourceCodeSize: 30,
  };
  expect(await aws.update(fn, "relay", outputs, { name: "relay", timeout: 5 }, true)).toEqual({
    name: "relay",
    arn: "a",
    timeout: 5,
    lastModified: unknown,
    codeSha256: unknown,
    sourceCodeSize: unknown,
  });
});

test("what is gone already is deleted without a complaint", async () => {
  const made = await aws.create(queue, "letters", { name: "letters" });
  await aws.delete(queue, made.id, made.outputs);
  await aws.delete(queue, made.id, made.outputs);
});

test("a function is made of the text of its archive", async () => {
  const trust = {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "lambda.amazonaws.com" },
    },
  };
  await aws.create("aws:iam/role:Role", "relay", { name: "relay", assumeRolePolicy: JSON.stringify(trust) });
  await aws.create(fn, "relay", relay);
  expect(aws.cloud.services.lambda.configuration("relay")?.files).toEqual({
    "index.mjs": "export const handler = () => 1",
  });
});
