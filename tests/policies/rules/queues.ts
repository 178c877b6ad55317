import * as aws from "../../../policies/aws.ts";
import { type Declared, json, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const days = 86_400;

const deadLetters = (name: string) => json({ deadLetterTargetArn: ref(name), maxReceiveCount: 5 });

const closed = (queue: string, ...statements: readonly object[]): Declared => [
  aws.queuePolicy,
  `${queue}-policy`,
  { queueUrl: ref(queue, "url"), policy: json({ Statement: statements }) },
];

const watching = (queue: string, metricName: string, threshold = 0): Declared => [
  aws.alarm,
  `${queue}-alarm`,
  { metricName, threshold, dimensions: { QueueName: ref(queue, "name") }, alarmActions: ["arn:aws:sns:x"] },
];

const consumer = (queue: object, timeout: number, window?: number): readonly Declared[] => [
  [aws.queue, "orders", { ...queue }],
  [aws.lambdaFunction, "worker", { timeout }],
  [
    aws.eventSourceMapping,
    "mapping",
    {
      eventSourceArn: ref("orders"),
      functionName: ref("worker", "name"),
      ...(window && { maximumBatchingWindowInSeconds: window }),
    },
  ],
];

const plain = { Effect: "Deny", Principal: "*", Action: "sqs:*" };

ruleTest("queue-has-dead-letters", {
  breaks: {
    "a queue that gives up nowhere": [
      [[aws.queue, "orders", { messageRetentionSeconds: 14 * days }]],
      ["orders: Set redrivePolicy with a deadLetterTargetArn and a maxReceiveCount."],
    ],
    "a policy without a target": [
      [[aws.queue, "orders", { redrivePolicy: json({ maxReceiveCount: 5 }) }]],
      ["orders: Set redrivePolicy with a deadLetterTargetArn and a maxReceiveCount."],
    ],
  },
  keeps: {
    "a queue with dead letters, and the queue that takes them": [
      [aws.queue, "orders", { redrivePolicy: deadLetters("failed") }],
      [aws.queue, "failed"],
    ],
    "the sinks of a function, a stream, a topic, an event target and a schedule": [
      [aws.queue, "a"],
      [aws.queue, "b"],
      [aws.queue, "c"],
      [aws.queue, "d"],
      [aws.queue, "e"],
      [aws.queue, "f"],
      [aws.lambdaFunction, "fn", { deadLetterConfig: { targetArn: ref("a") } }],
      [aws.eventInvokeConfig, "config", { destinationConfig: { onFailure: { destination: ref("b") } } }],
      [aws.eventSourceMapping, "stream", { destinationConfig: { onFailure: { destinationArn: ref("c") } } }],
      [aws.subscription, "news", { redrivePolicy: json({ deadLetterTargetArn: ref("d") }) }],
      [aws.eventTarget, "target", { deadLetterConfig: { arn: ref("e") } }],
      [aws.schedule, "hourly", { target: { arn: "x", deadLetterConfig: { arn: ref("f") } } }],
    ],
  },
});

ruleTest("queue-retries-within-range", {
  breaks: {
    "four receives": [
      [[aws.queue, "orders", { redrivePolicy: json({ deadLetterTargetArn: "x", maxReceiveCount: 4 }) }]],
      ["orders: Set maxReceiveCount between 5 and 15."],
    ],
    "sixteen receives": [
      [[aws.queue, "orders", { redrivePolicy: json({ deadLetterTargetArn: "x", maxReceiveCount: "16" }) }]],
      ["orders: Set maxReceiveCount between 5 and 15."],
    ],
  },
  keeps: {
    "five and fifteen": [
      [aws.queue, "a", { redrivePolicy: json({ deadLetterTargetArn: "x", maxReceiveCount: 5 }) }],
      [aws.queue, "b", { redrivePolicy: json({ deadLetterTargetArn: "x", maxReceiveCount: 15 }) }],
    ],
  },
});

ruleTest("queue-outlasts-its-consumer", {
  breaks: {
    "five times the timeout": [
      consumer({ visibilityTimeoutSeconds: 50 }, 10),
      ["orders: Set visibilityTimeoutSeconds to 60 or more, for worker."],
    ],
    "six times the timeout without the window": [
      consumer({ visibilityTimeoutSeconds: 60 }, 10, 5),
      ["orders: Set visibilityTimeoutSeconds to 65 or more, for worker."],
    ],
    "the default of 30 seconds": [
      consumer({}, 10),
      ["orders: Set visibilityTimeoutSeconds to 60 or more, for worker."],
    ],
  },
  keeps: {
    "six times the timeout and the window": consumer({ visibilityTimeoutSeconds: 65 }, 10, 5),
    "a visibility that is not known yet": [
      ...consumer({ visibilityTimeoutSeconds: ref("config", "visibility") }, 10),
      ["aws:ssm/parameter:Parameter", "config"],
    ],
  },
});

ruleTest("queue-is-encrypted", {
  breaks: {
    "an unstated encryption": [
      [[aws.queue, "orders"]],
      ["orders: Set sqsManagedSseEnabled: true, or a kmsMasterKeyId."],
    ],
    "an encryption that is off": [
      [[aws.queue, "orders", { sqsManagedSseEnabled: false }]],
      ["orders: Set sqsManagedSseEnabled: true, or a kmsMasterKeyId."],
    ],
  },
  keeps: {
    "SQS's own key": [[aws.queue, "orders", { sqsManagedSseEnabled: true }]],
    "a key of the stack": [
      [aws.kmsKey, "key"],
      [aws.queue, "orders", { kmsMasterKeyId: ref("key", "id") }],
    ],
  },
});

ruleTest("queue-requires-tls", {
  breaks: {
    "no policy": [[[aws.queue, "orders"]], ["orders: Deny sqs:* where aws:SecureTransport is false."]],
    "an Allow with the condition": [
      [
        [aws.queue, "orders"],
        closed("orders", {
          ...plain,
          Effect: "Allow",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      ],
      ["orders: Deny sqs:* where aws:SecureTransport is false."],
    ],
  },
  keeps: {
    "a Deny of plain HTTP": [
      [aws.queue, "orders"],
      closed("orders", {
        ...plain,
        Resource: ref("orders"),
        Condition: { Bool: { "AWS:SecureTransport": false } },
      }),
    ],
  },
});

ruleTest("queue-denies-other-accounts", {
  breaks: {
    "a Deny that lets accounts in by equality": [
      [
        [aws.queue, "orders"],
        closed("orders", { ...plain, Condition: { StringEquals: { "aws:PrincipalAccount": "1" } } }),
      ],
      ["orders: Deny sqs:* where aws:PrincipalAccount is not your account."],
    ],
  },
  keeps: {
    "a Deny of other accounts": [
      [aws.queue, "orders"],
      closed("orders", {
        ...plain,
        Resource: ref("orders"),
        Condition: { StringNotEquals: { "aws:PrincipalAccount": "111122223333" } },
      }),
    ],
  },
});

ruleTest("queue-raises-an-alarm-on-age", {
  breaks: {
    "a queue whose depth alone is watched": [
      [[aws.queue, "orders"], watching("orders", "ApproximateNumberOfMessagesVisible")],
      ["orders: Add a MetricAlarm on ApproximateAgeOfOldestMessage."],
    ],
  },
  keeps: {
    "an alarm on age; dead letters age by nature": [
      [aws.queue, "orders", { redrivePolicy: deadLetters("failed") }],
      [aws.queue, "failed"],
      watching("orders", "ApproximateAgeOfOldestMessage"),
    ],
  },
});
