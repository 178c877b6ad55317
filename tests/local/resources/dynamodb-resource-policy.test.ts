import {
  BatchGetItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { type LocalCloud, startCloud } from "../../../local/cloud.ts";
import { lambdaTrust, policy } from "../iam/policies.ts";

let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await startCloud({ clock: new AdvanceableClock() });
});
afterEach(() => cloud.stop());

const arnOf = (role: string) => `arn:aws:iam::000000000000:role/${role}`;
const tableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/rows";
const type = "aws:dynamodb/resourcePolicy:ResourcePolicy";

/** A table, and a role that may do anything with it, as an administrator may. */
async function declare(...roles: string[]): Promise<void> {
  await cloud.create({
    type: "aws:dynamodb/table:Table",
    name: "rows",
    inputs: {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "user",
      attributes: [
        { name: "user", type: "S" },
        { name: "part", type: "N" },
      ],
      globalSecondaryIndexes: [{ name: "byPart", hashKey: "part", projectionType: "ALL" }],
    },
  });
  const { iam } = cloud.services;
  for (const name of roles) {
    iam.putRole({ name, arn: arnOf(name), assumeRolePolicy: lambdaTrust });
    const all = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:DescribeTable"];
    const Resource = [tableArn, `${tableArn}/index/*`];
    iam.putRolePolicy(name, "all", policy({ Effect: "Allow", Action: all, Resource }));
  }
}

const denyOthers = (...arns: string[]) =>
  policy({
    ...{ Effect: "Deny", Principal: "*" },
    Action: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem"],
    Resource: [tableArn, `${tableArn}/index/*`],
    Condition: { ArnNotLike: { "aws:PrincipalArn": arns } },
  });

/** What the unmodified SDK hears that signs with the role's key. */
async function call(
  role: string,
  command: GetItemCommand | BatchGetItemCommand | QueryCommand | DescribeTableCommand,
): Promise<string> {
  const credentials = cloud.services.iam.assumeRole(arnOf(role), "lambda.amazonaws.com");
  const client = new DynamoDBClient({ endpoint: cloud.endpointUrl, region: "us-east-1", credentials });
  try {
    await client.send(command as GetItemCommand);
    return "answered";
  } catch (error) {
    return (error as { message: string }).message;
  } finally {
    client.destroy();
  }
}
const get = (role: string) =>
  call(role, new GetItemCommand({ TableName: "rows", Key: { user: { S: "ada" } } }));

test("a table answers whom its policy names, and nobody else who is allowed by a policy of their own", async () => {
  await declare("Reader", "Administrator");
  const created = await cloud.create({
    ...{ type, name: "rows" },
    inputs: { resourceArn: tableArn, policy: denyOthers(arnOf("Reader")) },
  });
  expect(created.id).toBe(tableArn);
  expect(await get("Reader")).toBe("answered");
  const denied = (action: string, resource: string) =>
    `User: arn:aws:sts::000000000000:assumed-role/Administrator/Administrator is not authorized to perform: dynamodb:${action} on resource: ${resource} with an explicit deny in a resource-based policy`;
  expect(await get("Administrator")).toBe(denied("GetItem", tableArn));
  const RequestItems = { rows: { Keys: [{ user: { S: "ada" } }] } };
  expect(await call("Administrator", new BatchGetItemCommand({ RequestItems }))).toBe(
    denied("BatchGetItem", tableArn),
  );
  const query = {
    ...{ TableName: "rows", IndexName: "byPart", KeyConditionExpression: "part = :s" },
    ExpressionAttributeValues: { ":s": { N: "1" } },
  };
  expect(await call("Administrator", new QueryCommand(query))).toBe(
    denied("Query", `${tableArn}/index/byPart`),
  );
  expect(await call("Reader", new QueryCommand(query))).toBe("answered");
  expect(await call("Administrator", new DescribeTableCommand({ TableName: "rows" }))).toBe("answered");
});

test("it changes in place, is gone with its resource, and is not another table's", async () => {
  await declare("Reader", "Administrator");
  const handler = cloud.handlers.get(type);
  const request = (arn: string) => ({
    ...{ type, name: "rows", inputs: { resourceArn: arn, policy: denyOthers(arnOf("Reader")) } },
  });
  const created = await cloud.create(request(tableArn));
  const inputs = { resourceArn: tableArn, policy: denyOthers(arnOf("Reader"), arnOf("Admin*")) };
  const updated = await handler?.update(created, { type, name: "rows", inputs });
  expect(await get("Administrator")).toBe("answered");
  expect((await handler?.read(created))?.outputs.policy).toBe(inputs.policy);
  await expect(handler?.update(created, request(`${tableArn}-2`))).rejects.toThrow(
    "resourceArn cannot change: the resource must be replaced",
  );
  await handler?.delete(updated ?? created);
  expect(await handler?.read(created)).toBeUndefined();
  expect(await get("Administrator")).toBe("answered");
});
