import * as aws from "../../../policies/aws.ts";
import { type Declared, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const fn = (name: string, inputs: object = {}): Declared => [aws.lambdaFunction, name, { ...inputs }];
const keep = "Add a FunctionEventInvokeConfig with destinationConfig.onFailure.";

ruleTest("function-keeps-failed-events", {
  breaks: {
    "functions that a schedule, an event target, a topic and a bucket start": [
      [
        fn("scheduled"),
        fn("targeted"),
        fn("subscribed"),
        fn("notified"),
        [aws.schedule, "hourly", { target: { arn: ref("scheduled") } }],
        [aws.eventTarget, "rule", { arn: ref("targeted") }],
        [aws.subscription, "news", { protocol: "lambda", endpoint: ref("subscribed") }],
        [aws.permission, "photos", { function: ref("notified", "name"), principal: "s3.amazonaws.com" }],
      ],
      [`scheduled: ${keep}`, `targeted: ${keep}`, `subscribed: ${keep}`, `notified: ${keep}`],
    ],
  },
  keeps: {
    "a destination, and a dead-letter queue": [
      fn("a"),
      fn("b", { deadLetterConfig: { targetArn: ref("failed") } }),
      [aws.queue, "failed"],
      [aws.schedule, "hourly", { target: { arn: ref("a") } }],
      [aws.schedule, "daily", { target: { arn: ref("b") } }],
      [
        aws.eventInvokeConfig,
        "config",
        { functionName: ref("a", "name"), destinationConfig: { onFailure: { destination: ref("failed") } } },
      ],
    ],
    "functions that an API calls, and a queue feeds": [
      fn("called"),
      fn("fed"),
      [aws.queue, "orders"],
      [aws.restIntegration, "post", { uri: ref("called", "invokeArn") }],
      [
        aws.permission,
        "post-permission",
        { function: ref("called", "name"), principal: "apigateway.amazonaws.com" },
      ],
      [
        aws.eventSourceMapping,
        "orders-mapping",
        { eventSourceArn: ref("orders"), functionName: ref("fed", "name") },
      ],
    ],
  },
});

const fromQueue = (inputs: object): readonly Declared[] => [
  [aws.queue, "orders"],
  [aws.eventSourceMapping, "mapping", { eventSourceArn: ref("orders"), ...inputs }],
];
const fromStream = (inputs: object): readonly Declared[] => [
  [aws.table, "rows"],
  [
    aws.eventSourceMapping,
    "mapping",
    { eventSourceArn: ref("rows", "streamArn"), startingPosition: "LATEST", ...inputs },
  ],
];

ruleTest("mapping-reports-partial-failures", {
  breaks: {
    "a queue whose batches fail as a whole": [
      fromQueue({}),
      ['mapping: Set functionResponseTypes: ["ReportBatchItemFailures"].'],
    ],
    "a stream whose batches fail as a whole": [
      fromStream({ functionResponseTypes: [] }),
      ['mapping: Set functionResponseTypes: ["ReportBatchItemFailures"].'],
    ],
  },
  keeps: { "partial responses": fromQueue({ functionResponseTypes: ["ReportBatchItemFailures"] }) },
});

ruleTest("mapping-bounds-its-concurrency", {
  breaks: {
    "no bound": [fromQueue({}), ["mapping: Set scalingConfig.maximumConcurrency between 2 and 1000."]],
  },
  keeps: {
    "a bound; a stream is bound by its shards": [
      ...fromQueue({ scalingConfig: { maximumConcurrency: 2 } }),
      [aws.table, "rows"],
      [
        aws.eventSourceMapping,
        "stream",
        { eventSourceArn: ref("rows", "streamArn"), startingPosition: "LATEST" },
      ],
    ],
  },
});

ruleTest("stream-gives-up-in-time", {
  breaks: {
    "a stream that is retried until records expire": [
      fromStream({}),
      [
        "mapping: Set bisectBatchOnFunctionError: true.",
        "mapping: Set maximumRetryAttempts between 0 and 10.",
      ],
    ],
    "endless retries": [
      fromStream({ bisectBatchOnFunctionError: true, maximumRetryAttempts: -1 }),
      ["mapping: Set maximumRetryAttempts between 0 and 10."],
    ],
  },
  keeps: {
    "bisection and three retries": fromStream({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 3 }),
    "a queue": fromQueue({}),
  },
});

ruleTest("stream-keeps-failed-records", {
  breaks: { "no destination": [fromStream({}), ["mapping: Set destinationConfig.onFailure."]] },
  keeps: {
    "a destination": [
      [aws.queue, "failed"],
      ...fromStream({ destinationConfig: { onFailure: { destinationArn: ref("failed") } } }),
    ],
    "a queue, which has dead letters": fromQueue({}),
  },
});

const hourly = (target: object, scheduleExpression = "rate(1 hour)"): Declared => [
  aws.schedule,
  "hourly",
  { scheduleExpression, target: { arn: "arn:aws:lambda:eu-west-1:1:function:report", ...target } },
];

ruleTest("schedule-keeps-failed-events", {
  breaks: {
    "a schedule and an event target": [
      [hourly({}), [aws.eventTarget, "rule", { arn: "arn:aws:lambda:eu-west-1:1:function:report" }]],
      [
        "hourly: Set deadLetterConfig with the ARN of a queue.",
        "rule: Set deadLetterConfig with the ARN of a queue.",
      ],
    ],
  },
  keeps: { "a queue": [[aws.queue, "failed"], hourly({ deadLetterConfig: { arn: ref("failed") } })] },
});

ruleTest("schedule-bounds-its-retries", {
  breaks: {
    "185 retries, the default": [
      [hourly({})],
      ["hourly: Set target.retryPolicy.maximumRetryAttempts to 10 or less."],
    ],
  },
  keeps: { "no retries": [hourly({ retryPolicy: { maximumRetryAttempts: 0 } })] },
});

ruleTest("schedule-never-overlaps-itself", {
  breaks: {
    "a minute of work each minute": [
      [fn("report", { timeout: 60 }), hourly({ arn: ref("report") }, "rate(1 minute)")],
      ["hourly: Let report time out before the next run, 60 s later."],
    ],
  },
  keeps: {
    "less work than a period": [
      fn("report", { timeout: 899 }),
      hourly({ arn: ref("report") }, "rate(15 minutes)"),
    ],
    "a cron expression": [
      fn("report", { timeout: 900 }),
      hourly({ arn: ref("report") }, "cron(0 * * * ? *)"),
    ],
  },
});
