import { expect, test } from "@jest/globals";
import { declaredProgram } from "../../docs/declared-program.ts";
import { columns, tableUnder } from "../../docs/document.ts";

const declared = await declaredProgram("prod");
const [dashboard] = declared.filter(({ type }) => type === "aws:cloudwatch/dashboard:Dashboard");
const { dashboardName, dashboardBody } = (dashboard?.inputs ?? {}) as Readonly<Record<string, string>>;
const { widgets } = JSON.parse(dashboardBody ?? "{}") as { readonly widgets: readonly Widget[] };
interface Widget {
  readonly x: number;
  readonly y: number;
  readonly properties: {
    readonly title: string;
    readonly region: string;
    readonly metrics: readonly (readonly unknown[])[];
  };
}

test("the dashboard is named after the stack, and shows the stack's Region", () => {
  expect(dashboardName).toBe("synapse-d-prod");
  expect(new Set(widgets.map(({ properties }) => properties.region))).toEqual(new Set(["us-east-1"]));
});

test("each graph has a place of its own, and each expression an id of its own in its graph", () => {
  const places = widgets.map(({ x, y }) => `${x} ${y}`);
  expect(new Set(places).size).toBe(widgets.length);
  for (const { properties } of widgets) {
    const ids = properties.metrics.flatMap(([first]) =>
      typeof first === "object" && first !== null && "id" in first ? [first.id] : [],
    );
    expect([properties.title, new Set(ids).size]).toEqual([properties.title, ids.length]);
  }
});

test("every metric that the functions write is on it, by the dimensions that it has", () => {
  const text = JSON.stringify(widgets);
  for (const [name = "", dimensions = ""] of columns(tableUnder("docs/logs.md", "Metrics"), 0, 1)) {
    const schema = ["SynapseD", "stack", ...dimensions.split(", ").filter(Boolean)].join(",");
    const isShown =
      text.includes(`SEARCH('{${schema}} MetricName=\\"${name}\\" stack=\\"prod\\"'`) ||
      text.includes(`["SynapseD","${name}","stack","prod",`);
    expect([name, isShown]).toEqual([name, true]);
  }
});

test("so are the queues and both APIs", () => {
  const text = JSON.stringify(widgets);
  expect(text).toContain(
    '["AWS/SQS","ApproximateAgeOfOldestMessage","QueueName","deliveries",{"stat":"Maximum"}]',
  );
  expect(text).toContain(
    '["AWS/SQS","ApproximateNumberOfMessagesVisible","QueueName","revocations-dead-letters",{"stat":"Maximum"}]',
  );
  expect(text).toContain('["AWS/ApiGateway","5XXError","ApiName","billing","Stage","v1",{"stat":"Sum"}]');
  expect(text).toContain(
    '["AWS/ApiGateway","IntegrationLatency","ApiId","signaling","Stage","v1",{"stat":"p99"}]',
  );
});
