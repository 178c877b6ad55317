import { expect, test } from "@jest/globals";
import type { Lambda } from "../../../local/lambda/lambda.ts";
import { lambdaPermission } from "../../../local/resources/lambda-permission.ts";

const type = "aws:lambda/permission:Permission";
const inputs = {
  function: "RelayServer",
  action: "lambda:InvokeFunction",
  principal: "apigateway.amazonaws.com",
  sourceArn: "arn:aws:execute-api:us-east-1:000000000000:abc/v1/SDP_OFFER",
};

function handling() {
  const calls: unknown[] = [];
  const lambda: Pick<Lambda, "putPermission" | "deletePermission"> = {
    putPermission: (functionName, permission) => void calls.push(["put", functionName, permission]),
    deletePermission: (functionName, id) => void calls.push(["delete", functionName, id]),
  };
  return { calls, handler: lambdaPermission({ lambda: lambda as Lambda }) };
}

test("a permission becomes a statement of its function, named after the resource", async () => {
  const { calls, handler } = handling();
  const created = await handler.create({ type, name: "RelayServer-offer", inputs });
  expect(created.id).toBe("RelayServer-offer");
  expect(created.outputs).toMatchObject({ ...inputs, statementId: "RelayServer-offer" });
  expect(calls).toEqual([
    [
      "put",
      "RelayServer",
      {
        statementId: "RelayServer-offer",
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: "arn:aws:execute-api:us-east-1:000000000000:abc/v1/SDP_OFFER",
      },
    ],
  ]);
});

test("a change of the statement is a replacement, a delete removes it from its function", async () => {
  const { calls, handler } = handling();
  const created = await handler.create({ type, name: "p", inputs });
  const changed = { ...inputs, function: "DeliveryWorker", sourceAccount: "000000000000" };
  await expect(handler.update(created, { type, name: "p", inputs: changed })).rejects.toThrow(
    "function cannot change: the resource must be replaced",
  );
  await handler.delete(created);
  expect(calls.slice(1)).toEqual([["delete", "RelayServer", "p"]]);
});

test.each([
  ["action", { action: "lambda:*" }],
  ["qualifier", { qualifier: "1" }],
  ["sourceAccount", { sourceAccount: "me" }],
])("an input that does not run here is refused by name: %s", async (property, change) => {
  const creating = handling().handler.create({ type, name: "p", inputs: { ...inputs, ...change } });
  await expect(creating).rejects.toThrow(`${type} "p": input ${property} is not supported`);
});
