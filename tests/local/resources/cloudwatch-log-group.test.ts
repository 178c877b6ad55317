import { expect, test } from "@jest/globals";
import { AdvanceableClock } from "../../../local/clock.ts";
import { createLogs } from "../../../local/logs/create-logs.ts";
import { cloudwatchLogGroup } from "../../../local/resources/cloudwatch-log-group.ts";

const type = "aws:cloudwatch/logGroup:LogGroup";

function handling() {
  const logs = createLogs({ clock: new AdvanceableClock(() => 0) });
  return { logs, handler: cloudwatchLogGroup({ logs }) };
}

test("a log group is made with its retention", async () => {
  const { logs, handler } = handling();
  const inputs = { name: "/synapse-d/dev/RelayServer", retentionInDays: 7 };
  const created = await handler.create({ type, name: "RelayServer", inputs });
  expect(created.id).toBe("/synapse-d/dev/RelayServer");
  expect(created.outputs).toMatchObject({
    ...inputs,
    arn: "arn:aws:logs:us-east-1:000000000000:log-group:/synapse-d/dev/RelayServer",
  });
  expect(logs.groups()).toEqual([{ name: "/synapse-d/dev/RelayServer", retentionInDays: 7 }]);
});

test("without a name it is named after the resource, and without a retention it keeps lines for ever", async () => {
  const { logs, handler } = handling();
  await handler.create({ type, name: "access", inputs: {} });
  expect(logs.groups()).toEqual([{ name: "access", retentionInDays: 0 }]);
});

test("an update changes the retention and keeps the lines; a delete takes them", async () => {
  const { logs, handler } = handling();
  const created = await handler.create({ type, name: "access", inputs: { retentionInDays: 7 } });
  logs.append("access", "line");
  const updated = await handler.update(created, { type, name: "access", inputs: { retentionInDays: 14 } });
  expect(logs.groups()).toEqual([{ name: "access", retentionInDays: 14 }]);
  expect(logs.lines()).toHaveLength(1);
  await handler.delete(updated);
  expect(logs.groups()).toEqual([]);
  expect(logs.lines()).toEqual([]);
});

test.each([
  ["retentionInDays", { retentionInDays: 2 }],
  ["kmsKeyId", { kmsKeyId: "key" }],
  ["name", { name: "with space" }],
])(
  "an input that CloudWatch Logs or the local cloud does not take is refused: %s",
  async (property, inputs) => {
    const creating = handling().handler.create({ type, name: "access", inputs });
    await expect(creating).rejects.toThrow(`${type} "access": input ${property} is not supported`);
  },
);
