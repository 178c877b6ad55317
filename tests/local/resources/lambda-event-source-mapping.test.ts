import { expect, test } from "@jest/globals";
import { AwsError } from "../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import type { Lambda } from "../../../local/lambda/lambda.ts";
import { lambdaEventSourceMapping } from "../../../local/resources/lambda-event-source-mapping.ts";

const type = "aws:lambda/eventSourceMapping:EventSourceMapping";
const queueArn = "arn:aws:sqs:us-east-1:000000000000:deliveries.fifo";
const inputs = {
  eventSourceArn: queueArn,
  functionName: "DeliveryWorker",
  batchSize: 10,
  functionResponseTypes: ["ReportBatchItemFailures"],
  scalingConfig: { maximumConcurrency: 10 },
};

function handling(refusal?: AwsError) {
  const calls: unknown[] = [];
  const lambda: Pick<Lambda, "putEventSourceMapping" | "deleteEventSourceMapping"> = {
    putEventSourceMapping: async (mapping, uuid) => {
      calls.push(["put", mapping, uuid]);
      if (refusal) throw refusal;
      return uuid ?? "new-uuid";
    },
    deleteEventSourceMapping: async (uuid) => void calls.push(["delete", uuid]),
  };
  const clock = new AdvanceableClock(() => 0);
  return { calls, handler: lambdaEventSourceMapping({ lambda: lambda as Lambda, clock }) };
}

test("a mapping is made as declared, and its id is its UUID", async () => {
  const { calls, handler } = handling();
  const created = await handler.create({ type, name: "deliveries", inputs });
  expect(created.id).toBe("new-uuid");
  expect(created.outputs).toMatchObject({
    uuid: "new-uuid",
    arn: "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:new-uuid",
    functionArn: "arn:aws:lambda:us-east-1:000000000000:function:DeliveryWorker",
    state: "Enabled",
    batchSize: 10,
  });
  expect(calls).toEqual([
    [
      "put",
      {
        functionName: "DeliveryWorker",
        queueArn,
        batchSize: 10,
        reportBatchItemFailures: true,
        maximumConcurrency: 10,
      },
      undefined,
    ],
  ]);
});

test("what is not declared has AWS's defaults, and the function may be named by its ARN", async () => {
  const { calls, handler } = handling();
  const functionName = "arn:aws:lambda:us-east-1:000000000000:function:DeliveryWorker";
  await handler.create({ type, name: "deliveries", inputs: { eventSourceArn: queueArn, functionName } });
  expect(calls).toEqual([
    [
      "put",
      {
        functionName: "DeliveryWorker",
        queueArn,
        batchSize: 10,
        reportBatchItemFailures: false,
        maximumConcurrency: 5,
      },
      undefined,
    ],
  ]);
});

test("an update keeps the UUID, a delete removes it", async () => {
  const { calls, handler } = handling();
  const created = await handler.create({ type, name: "deliveries", inputs });
  const updated = await handler.update(created, {
    type,
    name: "deliveries",
    inputs: { ...inputs, batchSize: 1 },
  });
  await handler.delete(updated);
  expect(calls.slice(1)).toEqual([
    ["put", expect.objectContaining({ batchSize: 1 }), "new-uuid"],
    ["delete", "new-uuid"],
  ]);
});

test("a refusal names the resource", async () => {
  const words = "The function execution role does not have permissions to call ReceiveMessage on SQS";
  const { handler } = handling(new AwsError("InvalidParameterValueException", 400, words));
  await expect(handler.create({ type, name: "deliveries", inputs })).rejects.toThrow(
    `${type} "deliveries": ${words}`,
  );
});

test.each([
  ["eventSourceArn", { eventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/s" }],
  ["batchSize", { batchSize: 11 }],
  ["enabled", { enabled: false }],
  ["scalingConfig.maximumConcurrency", { scalingConfig: { maximumConcurrency: 1 } }],
  ["filterCriteria", { filterCriteria: {} }],
])("an input that does not run here is refused by name: %s", async (property, change) => {
  const creating = handling().handler.create({ type, name: "m", inputs: { ...inputs, ...change } });
  await expect(creating).rejects.toThrow(`${type} "m": input ${property} is not supported`);
});
