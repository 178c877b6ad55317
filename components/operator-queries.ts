import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { InlineFunction } from "./inline-function.ts";

export interface OperatorQueriesArgs {
  /** Whose lines are searched together: at most 50, as many as one query takes. */
  readonly functions: readonly InlineFunction[];
  /** Where the gateways say what became of each request. */
  readonly accessLogs: readonly cloudwatch.LogGroup[];
}

/** Words in capitals stand for what the operator knows: an id, or the digits of docs/logs.md. */
const questions: Readonly<Record<string, readonly string[]>> = {
  "What happened to one socket": [
    "fields @timestamp, function, event, outcome, code, closeCode, durationMs",
    '| filter connectionId = "CONNECTION_ID" or supersededConnectionId = "CONNECTION_ID"',
    "| sort @timestamp asc",
  ],
  "What happened in one channel": [
    "fields @timestamp, event, action, outcome, code, sender, recipient, frameId, connectionId",
    '| filter channel = "DIGITS"',
    "| sort @timestamp asc",
  ],
  "What happened to one user": [
    "fields @timestamp, function, event, outcome, code, cause, change, stripeType, stripeEventId, connectionId",
    '| filter subject = "DIGITS"',
    "| sort @timestamp asc",
  ],
  "What came of one event of Stripe's": [
    "fields @timestamp, function, outcome, code, stripeType, fence, transitions, receiveCount",
    '| filter stripeEventId = "EVENT_ID"',
    "| sort @timestamp asc",
  ],
  "What one request did": [
    "fields @timestamp, function, event, outcome, code, durationMs, awsCalls, errorName, causeName",
    '| filter requestId = "REQUEST_ID"',
    "| sort @timestamp asc",
  ],
  "What one trace did": [
    "fields @timestamp, function, event, outcome, code, durationMs, awsCalls, traceId",
    '| filter traceId = "TRACE_ID" or originTraceId = "TRACE_ID"',
    "| sort @timestamp asc",
  ],
  "What fails by our fault": [
    'filter outcome = "failed"',
    "| stats count(*) as times, latest(@timestamp) as last by function, code, errorName, causeName",
    "| sort times desc",
  ],
  "What IAM denied": [
    "filter ispresent(deniedAction)",
    "| stats count(*) as times, latest(@timestamp) as last by function, deniedAction, deniedResource",
    "| sort times desc",
  ],
  "Who is refused, and why": [
    'filter outcome = "refused"',
    "| stats count(*) as times, count_distinct(subject) as users by function, code",
    "| sort times desc",
  ],
  "How long functions take": [
    "filter ispresent(durationMs)",
    "| stats count(*) as lines, sum(coldStart) as coldStarts, avg(awsCalls) as calls, pct(durationMs, 50) as median,",
    "  pct(durationMs, 99) as slowest by function",
    "| sort slowest desc",
  ],
};

/** What no function has a line of, since none was called. */
const questionsToGateways: Readonly<Record<string, readonly string[]>> = {
  "What the gateways refuse": [
    'filter error != "-"',
    "| stats count(*) as times, latest(@timestamp) as last by error, status, method, path, eventType, routeKey",
    "| sort times desc",
  ],
};

/**
 * The questions that an operator asks of the logs, saved in CloudWatch Logs Insights: each searches the lines of all
 * functions, or of both APIs, at once, in the folder `<project>/<stack>` (docs/logs.md#questions).
 */
export class OperatorQueries extends pulumi.ComponentResource {
  constructor(name: string, args: OperatorQueriesArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:OperatorQueries", name, {}, options);
    const ofFunctions = args.functions.map(({ logGroup }) => logGroup.name);
    this.#save(name, questions, ofFunctions);
    this.#save(
      name,
      questionsToGateways,
      args.accessLogs.map((logGroup) => logGroup.name),
    );
    this.registerOutputs({});
  }

  #save(name: string, asked: typeof questions, logGroupNames: readonly pulumi.Input<string>[]): void {
    for (const [question, lines] of Object.entries(asked)) {
      new cloudwatch.QueryDefinition(
        `${name}-${question.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`,
        {
          name: `${pulumi.getProject()}/${pulumi.getStack()}/${question}`,
          logGroupNames: [...logGroupNames],
          queryString: lines.join("\n"),
        },
        { parent: this },
      );
    }
  }
}
