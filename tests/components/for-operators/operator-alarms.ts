import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { declaredProgram } from "../../docs/declared-program.ts";
import { columns, tableUnder } from "../../docs/document.ts";

const topic = "arn:aws:sns:us-east-1:000000000000:operators";
const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
const declared = await declaredProgram("prod");
const alarms = new Map(
  declared.filter((each) => each.type === type).map(({ name, inputs }) => [name, inputs as Inputs]),
);
type Inputs = Readonly<Record<string, unknown>>;

test("the first dead letter of a queue raises an alarm", () => {
  expect(alarms.get("billing-events-dead-letters")).toEqual({
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: "billing-events-dead-letters" },
    statistic: "Maximum",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    period: 60,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    alarmDescription: "A message of billing-events was given up. docs/runbooks/dead-letters.md",
    alarmActions: [topic],
    okActions: [topic],
  });
});

test("a queue whose oldest message waits for five minutes does, after three of them", () => {
  expect(alarms.get("deliveries-age")).toMatchObject({
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: "deliveries" },
    threshold: 300,
    evaluationPeriods: 3,
  });
});

test("a scheduled function does that fails run after run", () => {
  expect(alarms.get("PeerSweeper-errors")).toMatchObject({
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: "PeerSweeper" },
    statistic: "Sum",
    threshold: 0,
    period: 60,
    evaluationPeriods: 3,
  });
  // It runs every five minutes.
  expect(alarms.get("StripeReconciler-errors")).toMatchObject({ period: 300, evaluationPeriods: 3 });
});

test("a scheduled function does that nothing runs, as when its schedule is gone and there are no data", () => {
  expect(alarms.get("PeerSweeper-missing")).toMatchObject({
    namespace: "AWS/Lambda",
    metricName: "Invocations",
    dimensions: { FunctionName: "PeerSweeper" },
    statistic: "Sum",
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    period: 60,
    evaluationPeriods: 3,
    treatMissingData: "breaching",
  });
  expect(alarms.get("StripeReconciler-missing")).toMatchObject({ period: 300, evaluationPeriods: 3 });
});

test("faults of the APIs do that last", () => {
  expect(alarms.get("billing-5xx")).toMatchObject({
    namespace: "AWS/ApiGateway",
    metricName: "5XXError",
    dimensions: { ApiName: "billing", Stage: "v1" },
  });
  expect(alarms.get("signaling-integrationerror")).toMatchObject({
    metricName: "IntegrationError",
    dimensions: { ApiId: "signaling", Stage: "v1" },
  });
});

test("rows that differ from Stripe do, hour after hour, and what was bought twice does at once", () => {
  const found = { namespace: "SynapseD", dimensions: { stack: "prod" }, statistic: "Sum", threshold: 0 };
  expect(alarms.get("customers-drifted")).toMatchObject({
    ...found,
    ...{ metricName: "CustomersDrifted", period: 3600, evaluationPeriods: 3 },
  });
  expect(alarms.get("subscriptions-duplicate")).toMatchObject({
    ...found,
    ...{ metricName: "SubscriptionsDuplicate", period: 3600, evaluationPeriods: 1 },
  });
  expect(alarms.get("events-undelivered")).toMatchObject({
    ...found,
    ...{ metricName: "EventsUndelivered", period: 300, evaluationPeriods: 3 },
  });
});

test("a metric of ours that is watched is one that the functions write", () => {
  const documented = columns(tableUnder("docs/logs.md", "Metrics"), 0, 1);
  for (const { namespace, metricName } of alarms.values())
    if (namespace === "SynapseD") expect(documented).toContainEqual([metricName, ""]);
});

test("each is in the runbook, and its description leads to a heading that is there", () => {
  const runbooks = join(import.meta.dirname, "..", "..", "..");
  const table = readFileSync(join(runbooks, "docs", "runbooks", "alarms.md"), "utf8");
  const listed = [...table.matchAll(/^\| `(\S+)` \|/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual([...alarms.keys()].toSorted());
  for (const { alarmDescription } of alarms.values()) {
    const [, file = "", , heading] =
      /(docs\/runbooks\/\S+?\.md)(#(\S+))?$/.exec(String(alarmDescription)) ?? [];
    const text = readFileSync(join(runbooks, file), "utf8");
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, words = ""]) =>
      words.toLowerCase().replaceAll(" ", "-"),
    );
    if (heading) expect(headings).toContain(heading);
  }
});
