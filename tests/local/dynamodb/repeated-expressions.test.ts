import { expect, test } from "@jest/globals";
import { key, put, row, tablesForEachTest } from "./running-tables.ts";

const running = tablesForEachTest();
const update = async (request: object) => {
  const { status, body } = await running.tables.handle("UpdateItem", {
    TableName: "peers",
    Key: key,
    ...request,
  });
  return status === 200 ? status : JSON.parse(body).message;
};

test("decides the same condition anew with other values", async () => {
  await put(running, { n: { N: "1" } });
  const raise = (from: string, to: string) =>
    update({
      UpdateExpression: "SET #n = :to",
      ConditionExpression: "#n = :from",
      ExpressionAttributeNames: { "#n": "n" },
      ExpressionAttributeValues: { ":from": { N: from }, ":to": { N: to } },
    });
  expect(await raise("1", "2")).toBe(200);
  expect(await raise("1", "3")).toBe("The conditional request failed");
  expect(await raise("2", "3")).toBe(200);
  expect(await row(running)).toEqual({ ...key, n: { N: "3" } });
});

test("refuses a right expression that comes again with what it does not use", async () => {
  const request = {
    UpdateExpression: "SET n = :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
  };
  expect(await update(request)).toBe(200);
  const more = { ExpressionAttributeValues: { ":one": { N: "1" }, ":two": { N: "2" } } };
  await expect(update({ ...request, ...more })).rejects.toThrow(
    "Value provided in ExpressionAttributeValues unused in expressions: keys: {:two}",
  );
});
