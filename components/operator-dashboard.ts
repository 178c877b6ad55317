import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { metricNamespace } from "../functions/shared/embedded-metrics.ts";
import type { DurableQueue } from "./durable-queue.ts";
import type { RestApi } from "./rest-api.ts";
import type { WebSocketApi } from "./websocket-api.ts";

export interface OperatorDashboardArgs {
  readonly queues: readonly DurableQueue[];
  readonly webSocketApi: WebSocketApi;
  readonly restApi: RestApi;
}

type Series = readonly unknown[];
interface Graph {
  readonly title: string;
  readonly metrics: readonly Series[];
}

/** Each series of a metric of this stack's, told apart by these dimensions. */
const search = (metric: string, statistic: string, ...dimensions: readonly string[]): Series => {
  const schema = [metricNamespace, "stack", ...dimensions].join(",");
  const wanted = `{${schema}} MetricName="${metric}" stack="${pulumi.getStack()}"`;
  return [
    {
      expression: `SEARCH('${wanted}', '${statistic}', 60)`,
      id: `e${metric.toLowerCase()}${statistic}`,
    },
  ];
};
const counts = (...names: readonly string[]): Series[] =>
  names.map((name) => [metricNamespace, name, "stack", pulumi.getStack(), { stat: "Sum" }]);

/** What happens on both APIs, from our functions' own metrics (docs/logs.md#metrics). */
const ofFunctions = (): readonly Graph[] => [
  { title: "Frames by what became of them", metrics: [search("Frames", "Sum", "action", "outcome")] },
  { title: "Frames that failed by our fault", metrics: counts("FramesBad", "FramesValid", "PostsDropped") },
  {
    title: "Milliseconds from a frame to its delivery",
    metrics: [search("RelayLatency", "p50", "action"), search("RelayLatency", "p99", "action")],
  },
  { title: "Handshakes", metrics: [search("Connects", "Sum", "outcome")] },
  {
    title: "Frames that had waited",
    metrics: counts(
      "WaitedReleased",
      "WaitedSuperseded",
      "WaitedExpired",
      "WaitedAmbiguous",
      "WaitedUndeliverable",
    ),
  },
  { title: "Messages to deliver", metrics: [search("Deliveries", "Sum", "kind", "outcome")] },
  { title: "Proofs", metrics: [search("Proofs", "Sum", "outcome")] },
  {
    title: "Purchases and changes",
    metrics: [
      search("Purchases", "Sum", "outcome"),
      search("SubscriptionChanges", "Sum", "change", "outcome"),
    ],
  },
  {
    title: "Stripe's events",
    metrics: [search("Webhooks", "Sum", "outcome"), search("Projections", "Sum", "outcome")],
  },
  {
    title: "Repair",
    metrics: counts(
      "EventsUndelivered",
      "CustomersCompared",
      "CustomersDrifted",
      "CustomersUnknown",
      "SubscriptionsDuplicate",
      "DuplicatesEnded",
    ),
  },
  {
    title: "Access that ended",
    metrics: [search("Revocations", "Sum", "outcome"), ...counts("SocketsRevoked")],
  },
  { title: "Errors by function", metrics: [search("Errors", "Sum", "function")] },
  { title: "Refusals by code", metrics: [search("Refusals", "Sum", "code")] },
  { title: "Scheduled functions that ran", metrics: [search("Heartbeat", "Sum", "function")] },
];

/** One page on which an operator sees what happens, how fast, and what fails: `<project>-<stack>`. */
export class OperatorDashboard extends pulumi.ComponentResource {
  constructor(name: string, args: OperatorDashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:OperatorDashboard", name, {}, options);
    const [queue] = args.queues;
    if (!queue) throw new Error("OperatorDashboard: expected at least one queue");
    const region = queue.queue.arn.apply((arn) => arn.split(":")[3] ?? "");
    const graphs = [...ofFunctions(), ...ofQueues(args.queues), ...ofApis(args)];
    new cloudwatch.Dashboard(
      name,
      {
        dashboardName: `${pulumi.getProject()}-${pulumi.getStack()}`,
        dashboardBody: pulumi.jsonStringify({
          widgets: graphs.map(({ title, metrics }, index) => ({
            type: "metric",
            ...{ x: (index % 3) * 8, y: Math.floor(index / 3) * 6, width: 8, height: 6 },
            properties: { title, metrics, region, period: 60, view: "timeSeries", stacked: false },
          })),
        }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

function ofQueues(queues: readonly DurableQueue[]): Graph[] {
  const each = (metric: string, nameOf: (queue: DurableQueue) => pulumi.Output<string>): Series[] =>
    queues.map((queue) => ["AWS/SQS", metric, "QueueName", nameOf(queue), { stat: "Maximum" }]);
  return [
    {
      title: "Seconds that the oldest message has waited",
      metrics: each("ApproximateAgeOfOldestMessage", ({ queue }) => queue.name),
    },
    {
      title: "Dead letters",
      metrics: each("ApproximateNumberOfMessagesVisible", ({ deadLetters }) => deadLetters.name),
    },
  ];
}

function ofApis({ webSocketApi, restApi }: OperatorDashboardArgs): Graph[] {
  const sockets = ["ApiId", webSocketApi.api.id, "Stage", webSocketApi.stageName];
  const rest = ["ApiName", restApi.apiName, "Stage", restApi.stageName];
  const of = (metric: string, dimensions: Series, stat: string): Series => [
    "AWS/ApiGateway",
    metric,
    ...dimensions,
    { stat },
  ];
  return [
    {
      title: "Signaling: connections and messages",
      metrics: [of("ConnectCount", sockets, "Sum"), of("MessageCount", sockets, "Sum")],
    },
    {
      title: "Signaling: milliseconds in our functions",
      metrics: [of("IntegrationLatency", sockets, "p50"), of("IntegrationLatency", sockets, "p99")],
    },
    {
      title: "Billing: requests, and those answered 5xx",
      metrics: [of("Count", rest, "Sum"), of("5XXError", rest, "Sum")],
    },
    {
      title: "Billing: milliseconds to the answer",
      metrics: [of("Latency", rest, "p50"), of("Latency", rest, "p99")],
    },
  ];
}
