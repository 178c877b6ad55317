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

const plain = { Effect: "Deny", Principal: "*", Action: "sqs:*" };

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

ruleTest("dead-letters-outlive-their-source", {
  breaks: {
    "the same retention": [
      [
        [aws.queue, "orders", { redrivePolicy: deadLetters("failed"), messageRetentionSeconds: 4 * days }],
        [aws.queue, "failed"],
      ],
      ["failed: Set messageRetentionSeconds to 1209600 (14 days)."],
    ],
  },
  keeps: {
    "a day more": [
      [aws.queue, "orders", { redrivePolicy: deadLetters("failed"), messageRetentionSeconds: 3 * days }],
      [aws.queue, "failed"],
    ],
    "fourteen days on both sides": [
      [aws.queue, "orders", { redrivePolicy: deadLetters("failed"), messageRetentionSeconds: 14 * days }],
      [aws.queue, "failed", { messageRetentionSeconds: 14 * days }],
    ],
  },
});

ruleTest("dead-letters-are-of-the-same-kind", {
  breaks: {
    "standard dead letters of a FIFO queue": [
      [
        [aws.queue, "orders", { fifoQueue: true, redrivePolicy: deadLetters("failed") }],
        [aws.queue, "failed"],
      ],
      ["failed: Set fifoQueue: true."],
    ],
    "FIFO dead letters of a standard queue": [
      [
        [aws.queue, "orders", { redrivePolicy: deadLetters("failed") }],
        [aws.queue, "failed", { fifoQueue: true }],
      ],
      ["failed: Leave fifoQueue out."],
    ],
  },
  keeps: {
    "two FIFO queues": [
      [aws.queue, "orders", { fifoQueue: true, redrivePolicy: deadLetters("failed") }],
      [aws.queue, "failed", { fifoQueue: true }],
    ],
  },
});

const admission = (redrivePermission: string, sourceQueueArns: readonly unknown[]): readonly Declared[] => [
  [aws.queue, "orders", { redrivePolicy: deadLetters("failed") }],
  [aws.queue, "failed"],
  [
    aws.redriveAllowPolicy,
    "failed-allow",
    { queueUrl: ref("failed", "url"), redriveAllowPolicy: json({ redrivePermission, sourceQueueArns }) },
  ],
];
const admitSource = 'failed: Add a RedriveAllowPolicy with redrivePermission "byQueue" and sourceQueueArns.';

ruleTest("dead-letters-admit-only-their-source", {
  breaks: {
    "no policy": [
      [
        [aws.queue, "orders", { redrivePolicy: deadLetters("failed") }],
        [aws.queue, "failed"],
      ],
      [admitSource],
    ],
    "a policy that admits all": [admission("allowAll", []), [admitSource]],
  },
  keeps: { "a policy that names the source": admission("byQueue", [ref("orders")]) },
});

ruleTest("dead-letters-raise-an-alarm", {
  breaks: {
    "dead letters that nobody watches": [
      [
        [aws.queue, "orders", { redrivePolicy: deadLetters("failed") }],
        [aws.queue, "failed"],
        watching("orders", "ApproximateNumberOfMessagesVisible"),
      ],
      ["failed: Add a MetricAlarm on ApproximateNumberOfMessagesVisible with a threshold of 0 or 1."],
    ],
    "an alarm that waits for a hundred": [
      [
        [aws.queue, "orders", { redrivePolicy: deadLetters("failed") }],
        [aws.queue, "failed"],
        watching("failed", "ApproximateNumberOfMessagesVisible", 100),
      ],
      ["failed: Add a MetricAlarm on ApproximateNumberOfMessagesVisible with a threshold of 0 or 1."],
    ],
  },
  keeps: {
    "an alarm at the first": [
      [aws.queue, "orders", { redrivePolicy: deadLetters("failed") }],
      [aws.queue, "failed"],
      watching("failed", "ApproximateNumberOfMessagesVisible"),
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

ruleTest("topic-is-encrypted", {
  breaks: { "a topic without a key": [[[aws.topic, "news"]], ["news: Set kmsMasterKeyId."]] },
  keeps: {
    "a topic with a key": [
      [aws.kmsKey, "key"],
      [aws.topic, "news", { kmsMasterKeyId: ref("key", "id") }],
    ],
  },
});

ruleTest("topic-requires-tls", {
  breaks: {
    "a topic without a policy": [
      [[aws.topic, "news"]],
      ["news: Deny sns:Publish where aws:SecureTransport is false."],
    ],
  },
  keeps: {
    "a Deny of plain HTTP": [
      [aws.topic, "news"],
      [
        aws.topicPolicy,
        "news-policy",
        {
          arn: ref("news"),
          policy: json({
            Statement: [
              {
                Effect: "Deny",
                Principal: "*",
                Action: "sns:Publish",
                Resource: ref("news"),
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              },
            ],
          }),
        },
      ],
    ],
  },
});

ruleTest("subscription-has-dead-letters", {
  breaks: {
    "a function that is told once": [
      [[aws.subscription, "news", { protocol: "lambda" }]],
      ["news: Set redrivePolicy with a deadLetterTargetArn."],
    ],
  },
  keeps: {
    "a redrive, and mail, which has none": [
      [aws.queue, "failed"],
      [
        aws.subscription,
        "news",
        { protocol: "sqs", redrivePolicy: json({ deadLetterTargetArn: ref("failed") }) },
      ],
      [aws.subscription, "mail", { protocol: "email" }],
    ],
  },
});
