import * as aws from "../../../policies/aws.ts";
import { type Declared, json, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const days = 86_400;

const deadLetters = (name: string) => json({ deadLetterTargetArn: ref(name), maxReceiveCount: 5 });

const watching = (queue: string, metricName: string, threshold = 0): Declared => [
  aws.alarm,
  `${queue}-alarm`,
  { metricName, threshold, dimensions: { QueueName: ref(queue, "name") }, alarmActions: ["arn:aws:sns:x"] },
];

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
