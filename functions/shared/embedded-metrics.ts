import type { LogFields } from "./log-line.ts";

interface Metric {
  readonly name: string;
  readonly unit: "Count" | "Milliseconds";
  readonly value: number;
  /** Members of the line whose values tell its series apart. */
  readonly dimensions: readonly string[];
}

/** The members that make a log line a metric object too. */
export interface EmbeddedMetrics {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [metric: string]: unknown;
}

/** Where CloudWatch keeps them. Stacks of one account are told apart by the dimension `stack`. */
export const metricNamespace = "SynapseD";

/**
 * The metrics of one line, in CloudWatch's embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 * `timestamp` is epoch milliseconds. A refusal never counts as bad: attempts, successes and callers' mistakes are
 * told apart.
 */
export function embeddedMetrics(
  line: Partial<LogFields> & { readonly function: string; readonly stack?: string },
  timestamp: number,
): EmbeddedMetrics | undefined {
  const fields: Readonly<Record<string, unknown>> = line;
  const metrics = [...eventMetrics(line), ...outcomeMetrics(line)];
  if (metrics.length === 0) return undefined;
  return {
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: metrics.map(({ name, unit, dimensions }) => ({
        Namespace: metricNamespace,
        // CloudWatch drops a metric of which the line lacks a dimension.
        Dimensions: [["stack", ...dimensions].filter((name) => fields[name] !== undefined)],
        Metrics: [{ Name: name, Unit: unit }],
      })),
    },
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
  };
}

const one = (name: string, dimensions: readonly string[] = []): Metric => ({
  name,
  unit: "Count",
  value: 1,
  dimensions,
});

function eventMetrics(line: Partial<LogFields>): Metric[] {
  const { event, outcome } = line;
  switch (event) {
    case "frame":
      return [
        one("Frames", ["action", "outcome"]),
        ...(outcome === "refused" ? [] : [one("FramesValid")]),
        ...(outcome === "failed" ? [one("FramesBad")] : []),
        ...((outcome === "delivered" || outcome === "published") && line.durationMs !== undefined
          ? [milliseconds("RelayLatency", line.durationMs, ["action"])]
          : []),
        ...fateMetrics(line),
        ...(line.unreachable ? [{ ...one("PostsDropped"), value: line.unreachable }] : []),
      ];
    case "authorize":
      return outcome === "allowed" ? [] : [one("Connects", ["outcome"])];
    case "connect":
      return [one("Connects", ["outcome"])];
    case "delivery":
      return [one("Deliveries", ["kind", "outcome"]), ...fateMetrics(line)];
    case "sweep":
    case "review":
      return [one("Heartbeat", ["function"])];
    case "reconciliation":
      return [one("Heartbeat", ["function"]), ...driftMetrics(line)];
    case "revocation":
      return [
        one("Revocations", ["outcome"]),
        ...(line.revoked ? [{ ...one("SocketsRevoked"), value: line.revoked }] : []),
      ];
    case "proof":
      return [one("Proofs", ["outcome"])];
    case "webhook":
      return [one("Webhooks", ["outcome"])];
    case "projection":
      return [
        one("Projections", ["outcome"]),
        ...(line.duplicates ? [{ ...one("SubscriptionsDuplicate"), value: line.duplicates }] : []),
        ...(line.duplicatesEnded ? [{ ...one("DuplicatesEnded"), value: line.duplicatesEnded }] : []),
      ];
    case "subscription":
      return [one("Purchases", ["outcome"])];
    case "change":
      return [one("SubscriptionChanges", ["change", "outcome"])];
    default:
      return [];
  }
}

/** Zero too: what is compared and found right is what a reconciler is for. */
const driftMetrics = ({ undelivered, compared, drifted, unknown }: Partial<LogFields>): Metric[] =>
  [
    { ...one("EventsUndelivered"), value: undelivered },
    { ...one("CustomersCompared"), value: compared },
    { ...one("CustomersDrifted"), value: drifted },
    { ...one("CustomersUnknown"), value: unknown },
  ].flatMap(({ value, ...metric }) => (value === undefined ? [] : [{ ...metric, value }]));

/** Frames that had waited, by their end. */
const fateMetrics = ({
  released,
  superseded,
  expired,
  ambiguous,
  undeliverable,
}: Partial<LogFields>): Metric[] =>
  Object.entries({ released, superseded, expired, ambiguous, undeliverable }).flatMap(([fate, value]) =>
    value
      ? [{ name: `Waited${fate[0]?.toUpperCase()}${fate.slice(1)}`, unit: "Count", value, dimensions: [] }]
      : [],
  );

function outcomeMetrics({ outcome, code }: Partial<LogFields>): Metric[] {
  if (outcome === "failed") return [one("Errors", ["function"])];
  return outcome === "refused" && code ? [one("Refusals", ["code"])] : [];
}

const milliseconds = (name: string, value: number, dimensions: readonly string[]): Metric => ({
  name,
  unit: "Milliseconds",
  value: Math.round(value * 100) / 100,
  dimensions,
});
