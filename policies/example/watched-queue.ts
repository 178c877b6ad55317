import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const day = 86_400;

export interface WatchedQueueArgs {
  readonly keyArn: pulumi.Input<string>;
  readonly topicArn: pulumi.Input<string>;
  /** Of a queue that has consumers; a sink has none, and no dead letters of its own. */
  readonly visibilityTimeout?: number;
}

/** A queue with its dead letters, both closed, and the alarms of both. */
export function watchedQueue(name: string, args: WatchedQueueArgs): aws.sqs.Queue {
  const deadLetters = sink(`${name}-dead-letters`, args);
  const queue = new aws.sqs.Queue(name, {
    kmsMasterKeyId: args.keyArn,
    visibilityTimeoutSeconds: args.visibilityTimeout ?? 180,
    messageRetentionSeconds: 4 * day,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 }),
  });
  close(name, queue);
  alarm(`${name}-age`, queue, "ApproximateAgeOfOldestMessage", args.topicArn);
  new aws.sqs.RedriveAllowPolicy(name, {
    queueUrl: deadLetters.url,
    redriveAllowPolicy: pulumi.jsonStringify({
      redrivePermission: "byQueue",
      sourceQueueArns: [queue.arn],
    }),
  });
  return queue;
}

/** A queue that only takes what failed elsewhere. */
export function sink(name: string, { keyArn, topicArn }: WatchedQueueArgs): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(name, { kmsMasterKeyId: keyArn, messageRetentionSeconds: 14 * day });
  close(name, queue);
  alarm(name, queue, "ApproximateNumberOfMessagesVisible", topicArn);
  return queue;
}

function close(name: string, queue: aws.sqs.Queue): void {
  const deny = { Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: queue.arn };
  const account = aws.getCallerIdentityOutput().accountId;
  new aws.sqs.QueuePolicy(name, {
    queueUrl: queue.url,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } },
        { ...deny, Condition: { StringNotEquals: { "aws:PrincipalAccount": account } } },
      ],
    }),
  });
}

function alarm(name: string, queue: aws.sqs.Queue, metricName: string, topicArn: pulumi.Input<string>): void {
  new aws.cloudwatch.MetricAlarm(name, {
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queue.name },
    statistic: "Maximum",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    period: 60,
    evaluationPeriods: 5,
    alarmActions: [topicArn],
  });
}
