import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { AwsError } from "../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createTables } from "../../../local/dynamodb/create-tables.ts";
import type { Tables } from "../../../local/dynamodb/tables.ts";
import { peersTable } from "./peers-table.ts";

let tables: Tables;
beforeAll(async () => {
  tables = await createTables({ clock: new AdvanceableClock(() => 0) });
  await tables.putTable(peersTable);
});
afterAll(() => tables.stop());

const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/peers";
const key = { channel: { S: "lobby" }, clientId: { S: "ada" } };

function contextOf(operation: string, request: object): Record<string, readonly string[]> {
  const { context } = tables.accessOf(operation, { TableName: "peers", ...request });
  return Object.fromEntries(Object.entries(context).map(([name, values]) => [name, [...values].sort()]));
}

describe("the action and its resources", () => {
  test("are the operation and the table", () => {
    const access = tables.accessOf("GetItem", { TableName: "peers", Key: key });
    expect(access.action).toBe("dynamodb:GetItem");
    expect(access.resources).toEqual([arn]);
  });

  test("are the index when the request reads one", () => {
    const { resources, context } = tables.accessOf("Query", {
      TableName: "peers",
      IndexName: "keepalive",
      KeyConditionExpression: ":s = #s",
      ExpressionAttributeNames: { "#s": "shard" },
      ExpressionAttributeValues: { ":s": { N: "7" } },
    });
    expect(resources).toEqual([`${arn}/index/keepalive`]);
    expect(context["dynamodb:LeadingKeys"]).toEqual(["7"]);
  });

  test("are every table of a batch, with the keys and attributes of all its entries", () => {
    const access = tables.accessOf("BatchWriteItem", {
      RequestItems: {
        peers: [
          { PutRequest: { Item: { ...key, connectionId: { S: "c" } } } },
          { DeleteRequest: { Key: { channel: { S: "hall" }, clientId: { S: "bob" } } } },
        ],
        other: [{ DeleteRequest: { Key: { id: { S: "x" } } } }],
      },
    });
    expect(access.resources).toEqual([arn, "arn:aws:dynamodb:us-east-1:000000000000:table/other"]);
    expect(access.context["dynamodb:LeadingKeys"]).toEqual(["lobby", "hall"]);
    expect(access.context["dynamodb:Attributes"]).toEqual(["channel", "clientId", "connectionId", "id"]);
  });

  test("count both halves of a batch entry that puts and deletes", () => {
    const { context } = tables.accessOf("BatchWriteItem", {
      RequestItems: {
        peers: [{ PutRequest: { Item: key }, DeleteRequest: { Key: { channel: { S: "hall" } } } }],
      },
    });
    expect(context["dynamodb:LeadingKeys"]).toEqual(["lobby", "hall"]);
  });

  test("are everything for ListTables", () => {
    expect(tables.accessOf("ListTables", {}).resources).toEqual(["*"]);
  });

  test("are known before the table is, as AWS authorizes first", () => {
    const access = tables.accessOf("GetItem", { TableName: "nowhere", Key: key });
    expect(access.resources).toEqual(["arn:aws:dynamodb:us-east-1:000000000000:table/nowhere"]);
    expect(access.context).not.toHaveProperty("dynamodb:LeadingKeys");
  });
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
describe("the condition keys", () => {
  test("name every attribute of an update, through its aliases, by the head of each path", () => {
    const context = contextOf("UpdateItem", {
      Key: key,
      UpdateExpression:
        "SET #a.deepq = if_not_exists(fallback, :n) + basis, entries[1] = :n REMOVE gone ADD hits :n DELETE tags :t",
      ConditionExpression:
        "attribute_exists(#b.deepq) AND size(photo) > :n AND (age BETWEEN :n AND oldest OR NOT kind IN (:n, ranked))",
      ExpressionAttributeNames: { "#a": "alias", "#b": "body" },
      ExpressionAttributeValues: { ":n": { N: "1" }, ":t": { SS: ["a"] } },
    });
    expect(context["dynamodb:Attributes"]).toEqual([
      "age",
      "alias",
      "basis",
      "body",
      "channel",
      "clientId",
      "entries",
      "fallback",
      "gone",
      "hits",
      "kind",
      "oldest",
      "photo",
      "ranked",
      "tags",
    ]);
    expect(context["dynamodb:LeadingKeys"]).toEqual(["lobby"]);
    expect(context["dynamodb:ReturnValues"]).toEqual(["NONE"]);
  });

  test("name what a query asks for, filters by and finds by", () => {
    const context = contextOf("Query", {
      KeyConditionExpression: "channel = :c AND begins_with(clientId, :p)",
      FilterExpression: "attribute_not_exists(#r)",
      ProjectionExpression: "connectionId, details.city",
      ExpressionAttributeNames: { "#r": "retired" },
      ExpressionAttributeValues: { ":c": { S: "lobby" }, ":p": { S: "a" } },
    });
    expect(context["dynamodb:Attributes"]).toEqual([
      "channel",
      "clientId",
      "connectionId",
      "details",
      "retired",
    ]);
    expect(context["dynamodb:LeadingKeys"]).toEqual(["lobby"]);
    expect(context["dynamodb:Select"]).toEqual(["SPECIFIC_ATTRIBUTES"]);
  });

  test("name the attributes of the legacy parameters", () => {
    const read = contextOf("GetItem", { Key: key, AttributesToGet: ["a", "b"] });
    expect(read["dynamodb:Attributes"]).toEqual(["a", "b", "channel", "clientId"]);
    const write = contextOf("UpdateItem", {
      Key: key,
      AttributeUpdates: { c: { Action: "DELETE" } },
      Expected: { d: { Exists: false } },
    });
    expect(write["dynamodb:Attributes"]).toEqual(["c", "channel", "clientId", "d"]);
    const query = contextOf("Query", {
      KeyConditions: {
        channel: { ComparisonOperator: "EQ", AttributeValueList: [{ S: "hall" }] },
      },
      QueryFilter: { e: { ComparisonOperator: "NULL" } },
    });
    expect(query["dynamodb:Attributes"]).toEqual(["channel", "e"]);
    expect(query["dynamodb:LeadingKeys"]).toEqual(["hall"]);
    const scan = contextOf("Scan", { ScanFilter: { f: { ComparisonOperator: "NULL" } } });
    expect(scan["dynamodb:Attributes"]).toEqual(["f"]);
    expect(scan).not.toHaveProperty("dynamodb:LeadingKeys");
  });

  test("tell a read of everything from a read of some attributes", () => {
    expect(contextOf("GetItem", { Key: key })["dynamodb:Select"]).toEqual(["ALL_ATTRIBUTES"]);
    const some = { Key: key, ProjectionExpression: "connectionId" };
    expect(contextOf("GetItem", some)["dynamodb:Select"]).toEqual(["SPECIFIC_ATTRIBUTES"]);
  });

  test("name every attribute that an item is put with", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-zA-Z]\w{0,8}$/), { maxLength: 8 }), (names) => {
        const item = Object.fromEntries(names.map((name) => [name, { BOOL: true }]));
        const context = contextOf("PutItem", { Item: { ...item, ...key } });
        expect(context["dynamodb:Attributes"]).toEqual(
          [...new Set([...names, "channel", "clientId"])].sort(),
        );
      }),
    );
  });

  test("name every attribute that an expression reaches, however it is written", () => {
    const name = fc.stringMatching(/^[a-z]{4,6}q$/);
    const operand = fc.tuple(name, fc.boolean(), fc.constantFrom("", ".deepq", "[0]"));
    fc.assert(
      fc.property(
        fc.uniqueArray(operand, { selector: ([n]) => n, minLength: 1, maxLength: 6 }),
        (operands) => {
          const aliases: Record<string, string> = {};
          const terms = operands.map(([attribute, aliased, rest], index) => {
            if (aliased) aliases[`#a${index}`] = attribute;
            return `attribute_exists(${aliased ? `#a${index}` : attribute}${rest})`;
          });
          const context = contextOf("DeleteItem", {
            Key: key,
            ConditionExpression: terms.join(" OR "),
            ...(Object.keys(aliases).length > 0 && { ExpressionAttributeNames: aliases }),
          });
          const expected = [...operands.map(([attribute]) => attribute), "channel", "clientId"].sort();
          expect(context["dynamodb:Attributes"]).toEqual(expected);
        },
      ),
    );
  });
});

describe("a call that cannot be judged is refused", () => {
  test.each([
    ["CreateTable", {}, "UnknownOperationException"],
    ["TransactWriteItems", {}, "UnknownOperationException"],
    ["toString", {}, "UnknownOperationException"],
    ["GetItem", null, "SerializationException"],
    ["GetItem", "text", "SerializationException"],
    ["GetItem", [], "SerializationException"],
    ["GetItem", { TableName: 5, Key: key }, "SerializationException"],
    ["PutItem", JSON.parse('{"TableName":"peers","Item":{"__proto__":{"S":"x"}}}'), "ValidationException"],
    [
      "PutItem",
      { TableName: "peers", Item: key, ConditionExpression: "attribute_exists(#x)" },
      "ValidationException",
    ],
  ])("%s of %j", (operation, request, code) => {
    expect(() => tables.accessOf(operation, request)).toThrow(
      expect.objectContaining({ name: "AwsError", code, status: 400 }),
    );
  });

  test("whatever its shape, and with no other error", () => {
    const operation = fc.oneof(
      fc.constantFrom("PutItem", "GetItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem", "UpdateItem"),
      fc.string(),
    );
    const request = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.dictionary(
        fc.constantFrom("TableName", "Key", "Item", "RequestItems", "AttributesToGet", "KeyConditions"),
        fc.jsonValue({ maxDepth: 4 }),
      ),
    );
    fc.assert(
      fc.property(operation, request, (name, value) => {
        try {
          expect(tables.accessOf(name, value).action).toBe(`dynamodb:${name}`);
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("and one that nests thousands deep, without a stack overflow", () => {
    let value: unknown = { S: "x" };
    for (let depth = 0; depth < 20_000; depth++) value = { M: { a: value } };
    const request = { TableName: "peers", Item: { ...key, deep: value } };
    expect(() => tables.accessOf("PutItem", request)).toThrow(
      expect.objectContaining({ code: "ValidationException" }),
    );
  });
});

test("leaves the request as it was, for the call that follows", async () => {
  const request = {
    TableName: "peers",
    Item: { ...key, connectionId: { S: "c" } },
    ConditionExpression: "attribute_not_exists(channel)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  const before = structuredClone(request);
  tables.accessOf("PutItem", request);
  expect((await tables.handle("PutItem", request)).status).toBe(200);
  expect(JSON.parse((await tables.handle("PutItem", request)).body).Item).toEqual(before.Item);
  expect(request).toEqual(before);
});
