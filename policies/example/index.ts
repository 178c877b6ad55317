// A team's own program, in the resources of @pulumi/aws alone. It keeps every rule of the policy pack.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmTopic } from "./alarm-topic.ts";
import { orderApi } from "./order-api.ts";
import { orderTable } from "./order-table.ts";
import { boundary, smallFunction } from "./small-function.ts";
import { sink, watchedQueue } from "./watched-queue.ts";
import { webhookApi } from "./webhook-api.ts";

const account = aws.getCallerIdentityOutput().accountId;
const certificateArn = "arn:aws:acm:eu-west-1:111122223333:certificate/orders";
const vaultElsewhere = "arn:aws:backup:eu-central-1:111122223333:backup-vault:orders";
const code = "export const handler = async () => ({ statusCode: 200 });";

const key = new aws.kms.Key("orders", { enableKeyRotation: true });
const keyArn = key.arn;
const topic = alarmTopic(keyArn);
const watched = { keyArn, topicArn: topic.arn };
const table = orderTable({ keyArn, vaultElsewhere });
const events = watchedQueue("events", watched);
const failures = sink("failures", watched);

/** Made by the payment provider, put here by hand: the program knows its ARN only. */
const webhookSecret = new aws.secretsmanager.Secret("payment-webhook", { kmsKeyId: key.id });
const databaseSecret = new aws.secretsmanager.Secret("database", { kmsKeyId: key.id });
new aws.secretsmanager.SecretRotation("database", {
  secretId: databaseSecret.id,
  rotationRules: { automaticallyAfterDays: 30 },
});
new aws.ssm.Parameter("partner-api-key", { type: "SecureString", value: "set by hand", keyId: key.id });

const takeEvent = smallFunction("TakeEvent", {
  code,
  keyArn,
  environment: { EVENTS_QUEUE_URL: events.url, WEBHOOK_SECRET: webhookSecret.arn },
  grants: [
    { Action: ["sqs:SendMessage"], Resource: events.arn },
    { Action: ["secretsmanager:GetSecretValue"], Resource: webhookSecret.arn },
  ],
});
webhookApi({ handler: takeEvent, keyArn, certificateArn });

const applyEvent = smallFunction("ApplyEvent", {
  code,
  keyArn,
  environment: { ORDERS_TABLE: table.name },
  grants: [
    {
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      Resource: events.arn,
    },
    {
      Action: ["dynamodb:UpdateItem"],
      Resource: table.arn,
      Condition: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["orderId", "status"] } },
    },
  ],
});
new aws.lambda.EventSourceMapping("events", {
  eventSourceArn: events.arn,
  functionName: applyEvent.name,
  functionResponseTypes: ["ReportBatchItemFailures"],
  scalingConfig: { maximumConcurrency: 5 },
});

const readOrders = smallFunction("ReadOrders", {
  code,
  keyArn,
  environment: { ORDERS_TABLE: table.name },
  grants: [{ Action: ["dynamodb:GetItem"], Resource: table.arn }],
});
orderApi({ handler: readOrders, keyArn, certificateArn });

const announce = smallFunction("Announce", {
  code,
  keyArn,
  grants: [
    {
      Action: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"],
      Resource: table.streamArn,
    },
    { Action: ["sqs:SendMessage"], Resource: failures.arn },
  ],
});
new aws.lambda.EventSourceMapping("changes", {
  eventSourceArn: table.streamArn,
  functionName: announce.name,
  startingPosition: "TRIM_HORIZON",
  bisectBatchOnFunctionError: true,
  maximumRetryAttempts: 5,
  functionResponseTypes: ["ReportBatchItemFailures"],
  destinationConfig: { onFailure: { destinationArn: failures.arn } },
});

const report = smallFunction("Report", {
  code,
  keyArn,
  grants: [{ Action: ["sqs:SendMessage"], Resource: failures.arn }],
});
new aws.lambda.FunctionEventInvokeConfig("Report", {
  functionName: report.name,
  destinationConfig: { onFailure: { destination: failures.arn } },
});
new aws.lambda.FunctionUrl("Report", { functionName: report.name, authorizationType: "AWS_IAM" });
new aws.sns.TopicSubscription("report-on-alarm", {
  topic: topic.arn,
  protocol: "lambda",
  endpoint: report.arn,
  redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failures.arn }),
});
const scheduleRole = new aws.iam.Role("report-schedule", {
  permissionsBoundary: boundary(),
  assumeRolePolicy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ],
  }),
});
new aws.scheduler.Schedule("report", {
  scheduleExpression: "rate(1 hour)",
  flexibleTimeWindow: { mode: "OFF" },
  kmsKeyArn: keyArn,
  target: {
    arn: report.arn,
    roleArn: scheduleRole.arn,
    retryPolicy: { maximumRetryAttempts: 2 },
    deadLetterConfig: { arn: failures.arn },
  },
});

export const ordersTable = table.name;
