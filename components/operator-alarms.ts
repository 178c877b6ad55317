import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { metricNamespace } from "../functions/shared/embedded-metrics.ts";
import type { DurableQueue } from "./durable-queue.ts";
import type { RestApi } from "./rest-api.ts";
import type { ScheduledFunction } from "./run-every.ts";
import type { TurnRelay } from "./turn-relay.ts";
import type { WebSocketApi } from "./websocket-api.ts";

export interface OperatorAlarmsArgs {
  /** The standard SNS topic that is told when an alarm rises, and when it is over. */
  readonly topicArn: pulumi.Input<string>;
  readonly queues: readonly DurableQueue[];
  /** Functions that a schedule runs: nobody waits for their answer, and no queue keeps their event. */
  readonly scheduled: readonly ScheduledFunction[];
  readonly webSocketApi: WebSocketApi;
  readonly restApi: RestApi;
  /** Whether subscriptions are sold, and compared with Stripe. */
  readonly isSelling: boolean;
  /** Where the stack runs one. */
  readonly relay?: TurnRelay | undefined;
}

interface Watched {
  readonly namespace: "AWS/SQS" | "AWS/Lambda" | "AWS/ApiGateway" | "AWS/NetworkELB" | typeof metricNamespace;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Maximum";
  /** The alarm rises above it; where `isLeast`, below it, and where there are no data. */
  readonly threshold: number;
  readonly isLeast?: true;
  /** Minutes of one period. Default 1. */
  readonly minutes?: number;
  /** So many in a row. */
  readonly periods: number;
  /** What it means, and where to look. */
  readonly description: string;
}

/** Seconds for which the oldest message may wait, minute after minute, before somebody should look. */
const longestWait = 300;
/** Refusals are no errors. These are faults of ours, of which one may be a throttled table's. */
const faultsAMinute = 5;

/** What tells a person that something needs one: what is lost or stuck, and faults that last. */
export class OperatorAlarms extends pulumi.ComponentResource {
  readonly #topicArn: pulumi.Input<string>;

  constructor(name: string, args: OperatorAlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:OperatorAlarms", name, {}, options);
    this.#topicArn = args.topicArn;
    for (const queue of args.queues) this.#watchQueue(queue);
    for (const each of args.scheduled) {
      this.#watchScheduled(each);
      this.#watchRuns(each);
    }
    this.#watchApis(args.webSocketApi, args.restApi);
    if (args.isSelling) this.#watchRepair();
    if (args.relay) this.#watchRelay(args.relay);
    this.registerOutputs({});
  }

  #watchQueue({ logicalName, queue, deadLetters }: DurableQueue): void {
    this.#raise(`${logicalName}-dead-letters`, {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: deadLetters.name },
      statistic: "Maximum",
      threshold: 0,
      periods: 1,
      description: `A message of ${logicalName} was given up. docs/runbooks/dead-letters.md`,
    });
    this.#raise(`${logicalName}-age`, {
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum",
      threshold: longestWait,
      periods: 3,
      description: `Messages of ${logicalName} are not worked off. docs/runbooks/alarms.md#age`,
    });
  }

  #watchScheduled({ target, minutes }: ScheduledFunction): void {
    const { logicalName } = target;
    this.#raise(`${logicalName}-errors`, {
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: target.function.name },
      statistic: "Sum",
      threshold: 0,
      minutes,
      periods: 3,
      description: `${logicalName} fails, run after run. docs/runbooks/alarms.md#errors-of-a-scheduled-function`,
    });
  }

  /** A run that the scheduler could not begin is no error of the function, and no event of it is kept. */
  #watchRuns({ target, minutes }: ScheduledFunction): void {
    const { logicalName } = target;
    this.#raise(`${logicalName}-missing`, {
      namespace: "AWS/Lambda",
      metricName: "Invocations",
      dimensions: { FunctionName: target.function.name },
      statistic: "Sum",
      threshold: 1,
      isLeast: true,
      minutes,
      periods: 3,
      description: `${logicalName} is not run. docs/runbooks/alarms.md#a-scheduled-function-is-not-run`,
    });
  }

  #watchApis(webSocketApi: WebSocketApi, restApi: RestApi): void {
    for (const metricName of ["IntegrationError", "ExecutionError"]) {
      this.#raise(`signaling-${metricName.toLowerCase()}`, {
        namespace: "AWS/ApiGateway",
        metricName,
        dimensions: { ApiId: webSocketApi.api.id, Stage: webSocketApi.stageName },
        statistic: "Sum",
        threshold: faultsAMinute,
        periods: 3,
        description: "Frames or handshakes fail in our functions. docs/runbooks/alarms.md#faults-of-an-api",
      });
    }
    this.#raise("billing-5xx", {
      namespace: "AWS/ApiGateway",
      metricName: "5XXError",
      dimensions: { ApiName: restApi.apiName, Stage: restApi.stageName },
      statistic: "Sum",
      threshold: faultsAMinute,
      periods: 3,
      description: "The billing API answers 5xx. docs/runbooks/alarms.md#faults-of-an-api",
    });
  }

  /** What the reconciler and the worker find at Stripe (docs/logs.md#metrics). */
  #watchRepair(): void {
    const found = {
      namespace: metricNamespace,
      dimensions: { stack: pulumi.getStack() },
      statistic: "Sum",
      threshold: 0,
    } as const;
    this.#raise("events-undelivered", {
      ...found,
      metricName: "EventsUndelivered",
      minutes: 5,
      periods: 3,
      description: "Webhooks of Stripe's fail, run after run. docs/runbooks/alarms.md#webhooks-that-fail",
    });
    this.#raise("customers-drifted", {
      ...found,
      metricName: "CustomersDrifted",
      minutes: 60,
      periods: 3,
      description: "Rows differ from Stripe, walk after walk. docs/runbooks/alarms.md#rows-that-differ",
    });
    this.#raise("subscriptions-duplicate", {
      ...found,
      metricName: "SubscriptionsDuplicate",
      minutes: 60,
      periods: 1,
      description: "Somebody pays twice in a plan group. docs/runbooks/alarms.md#bought-twice",
    });
  }

  #watchRelay({ metricDimensions }: TurnRelay): void {
    this.#raise("relay-down", {
      namespace: "AWS/NetworkELB",
      metricName: "HealthyHostCount",
      dimensions: metricDimensions,
      statistic: "Maximum",
      threshold: 1,
      isLeast: true,
      periods: 3,
      description: "No task relays. docs/runbooks/alarms.md#the-relay-is-down",
    });
  }

  #raise(name: string, { minutes = 1, periods, description, isLeast, ...watched }: Watched): void {
    new cloudwatch.MetricAlarm(
      name,
      {
        ...watched,
        alarmDescription: description,
        comparisonOperator: isLeast ? "LessThanThreshold" : "GreaterThanThreshold",
        period: minutes * 60,
        evaluationPeriods: periods,
        // A queue without messages, an API without faults and a function that is not run have no data.
        treatMissingData: isLeast ? "breaching" : "notBreaching",
        alarmActions: [this.#topicArn],
        okActions: [this.#topicArn],
      },
      { parent: this },
    );
  }
}
