import { expect, test } from "@jest/globals";
import { cloudwatchMetricAlarm } from "../../../local/resources/cloudwatch-metric-alarm.ts";

const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
const inputs = {
  namespace: "AWS/SQS",
  metricName: "ApproximateAgeOfOldestMessage",
  dimensions: { QueueName: "mail" },
  statistic: "Maximum",
  comparisonOperator: "GreaterThanThreshold",
  threshold: 300,
  period: 60,
  evaluationPeriods: 3,
};

test("an alarm is kept as it is declared until it is deleted", async () => {
  const handler = cloudwatchMetricAlarm();
  const created = await handler.create({ type, name: "mail-age", inputs });
  expect(created).toMatchObject({
    id: "mail-age",
    outputs: { ...inputs, arn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:mail-age" },
  });
  const changed = { ...inputs, threshold: 60 };
  const updated = await handler.update(created, { type, name: "mail-age", inputs: changed });
  expect((await handler.read(updated))?.outputs).toMatchObject({ threshold: 60 });
  await handler.delete(updated);
  expect(await handler.read(updated)).toBeUndefined();
});

test.each([
  ["period", { ...inputs, period: 45 }],
  ["statistic", { ...inputs, statistic: "p99" }],
  ["alarmActions", { ...inputs, alarmActions: ["operators@example.com"] }],
  ["extendedStatistic", { ...inputs, extendedStatistic: "p99" }],
])("an input that CloudWatch or the local cloud does not take is refused: %s", async (property, bent) => {
  const creating = cloudwatchMetricAlarm().create({ type, name: "mail-age", inputs: bent });
  await expect(creating).rejects.toThrow(property);
});
