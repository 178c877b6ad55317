import { beforeAll, expect, test } from "@jest/globals";
import { declaredProgram } from "./declared-program.ts";
import { columns, tableUnder, textOf } from "./document.ts";

const page = "docs/operating.md";
let program: Awaited<ReturnType<typeof declaredProgram>>;
const ofType = (type: string) => program.filter((resource) => resource.type === type);

beforeAll(async () => {
  program = await declaredProgram("prod");
}, 60_000);

test("what an idle stack costs counts the alarms, dashboards and queues that there are", () => {
  const rows = columns(tableUnder(page, "Costs"), 0, 1);
  const [alarms, dashboard, metrics, secrets] = rows;
  expect(alarms?.[0]).toMatch(/^18 /);
  expect(ofType("aws:cloudwatch/metricAlarm:MetricAlarm")).toHaveLength(18);
  expect(ofType("aws:cloudwatch/dashboard:Dashboard")).toHaveLength(1);
  expect(ofType("aws:lambda/eventSourceMapping:EventSourceMapping")).toHaveLength(3);
  expect([alarms, dashboard, metrics, secrets].map((row) => row?.[1])).toEqual([
    "1.80",
    "3.00",
    "2.10",
    "0.80",
  ]);
});

test("the quotas of ours are those of the stages and tables", () => {
  const [frames, proofs, , , , rowsOfTables] = columns(tableUnder(page, "Quotas"), 1);
  const [stage] = ofType("aws:apigatewayv2/stage:Stage");
  expect(frames).toEqual(["2,000 a second for each route, burst 1,000"]);
  expect(stage?.inputs.defaultRouteSettings).toMatchObject({
    throttlingRateLimit: 2_000,
    throttlingBurstLimit: 1_000,
  });
  expect(proofs).toEqual(["100 a second, burst 200"]);
  const settings = ofType("aws:apigateway/methodSettings:MethodSettings").find(
    ({ inputs }) => inputs.methodPath === "proofs/POST",
  );
  expect(settings?.inputs.settings).toMatchObject({ throttlingRateLimit: 100, throttlingBurstLimit: 200 });
  expect(rowsOfTables).toEqual(["4,000 a second each"]);
  const ceilings = ofType("aws:dynamodb/table:Table").map(({ inputs }) => inputs.onDemandThroughput);
  expect(new Set(ceilings.map((ceiling) => JSON.stringify(ceiling)))).toEqual(
    new Set(['{"maxReadRequestUnits":4000,"maxWriteRequestUnits":4000}']),
  );
});

test("no line of it is longer than 120 characters, but in tables and links", () => {
  const long = textOf(page)
    .split("\n")
    .filter((line) => line.length > 120 && !line.startsWith("|") && !line.includes("]("));
  expect(long).toEqual([]);
});
