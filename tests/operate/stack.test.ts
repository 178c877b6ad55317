import { expect, test } from "@jest/globals";
import { findStack, regionOf } from "../../operate/stack.ts";

const url = "https://sqs.eu-central-1.amazonaws.com/111122223333/billing-events-4e2f1a.fifo";
const operation = {
  queues: { "billing-events": { url, deadLettersUrl: `${url}-dead` } },
  tables: { customers: "customers-1a2b3c4" },
  billingUrl: "https://a1b2.execute-api.eu-central-1.amazonaws.com/v1",
};

test("a deployed stack is found by its output, in the Region of its queues", async () => {
  const asked: string[] = [];
  const found = await findStack({ kind: "deployed", stack: "prod" }, async (stack) => {
    asked.push(stack);
    return JSON.stringify(operation);
  });
  expect([asked, found.queues]).toEqual([["prod"], operation.queues]);
  expect(await found.sqs.config.region()).toBe("eu-central-1");
  expect(await found.secrets.config.region()).toBe("eu-central-1");
});

test.each(["", "{}", "no JSON", '{"queues":[]}'])("an output that is %j is refused", async (output) => {
  await expect(findStack({ kind: "deployed", stack: "prod" }, async () => output)).rejects.toThrow(
    'stack prod has no output "operation" as this version writes it: deploy it first',
  );
});

test.each([
  ["http://example.com/x", "--local is no control URL; expected the one that `npm start` prints"],
  ["http://127.0.0.1:9", "--local is no control URL; expected the one that `npm start` prints"],
  [`http://127.0.0.1:9/${"a".repeat(43)}`, "nothing answers at the control URL; is `npm start` running?"],
])("the local stack at %s is refused", async (control, message) => {
  await expect(findStack({ kind: "local", control })).rejects.toThrow(message);
});

test("the Region is in a queue's URL", () => {
  expect(regionOf(url)).toBe("eu-central-1");
  expect(regionOf("https://sqs.cn-north-1.amazonaws.com.cn/1/q")).toBe("cn-north-1");
  expect(() => regionOf("https://example.com")).toThrow(
    '"https://example.com" is not the URL of an SQS queue',
  );
});
