import * as v from "valibot";
import { account, localArn } from "../account.ts";
import { recordOf } from "../record-of.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

const wholeNumber = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least));
const topics = v.pipe(v.array(v.pipe(v.string(), v.startsWith("arn:aws:sns:"))), v.maxLength(5));

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const inputs = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(255))),
  alarmDescription: v.optional(v.pipe(v.string(), v.maxLength(1_024)), ""),
  namespace: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  metricName: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  dimensions: v.optional(recordOf(v.string(), v.string()), {}),
  statistic: v.picklist(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]),
  comparisonOperator: v.picklist([
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
  ]),
  threshold: v.number(),
  period: v.pipe(
    wholeNumber(10),
    v.check(
      (seconds) => seconds === 10 || seconds === 30 || seconds % 60 === 0,
      "expected 10, 30 or a multiple of 60 seconds",
    ),
  ),
  evaluationPeriods: wholeNumber(1),
  treatMissingData: v.optional(v.picklist(["breaching", "notBreaching", "ignore", "missing"]), "missing"),
  alarmActions: v.optional(topics, []),
  okActions: v.optional(topics, []),
});

/** `aws:cloudwatch/metricAlarm:MetricAlarm`. It is kept, and watches nothing: there are no metrics here. */
export function cloudwatchMetricAlarm(): ResourceHandler {
  const alarms = new Set<string>();
  const put = (alarm: v.InferOutput<typeof inputs>, logicalName: string) => {
    const name = alarm.name ?? logicalName;
    alarms.add(name);
    const outputs = { ...alarm, name, arn: localArn("cloudwatch", `alarm:${name}`), actionsEnabled: true };
    return { id: name, outputs: { ...outputs, region: account.region } };
  };
  return resourceHandler({
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    inputs,
    create: put,
    replacedBy: ["name"],
    read: ({ id }) => (alarms.has(id) ? {} : undefined),
    update: ({ id }, alarm) => put(alarm, id),
    delete: ({ id }) => void alarms.delete(id),
  });
}
