import { expect, test } from "@jest/globals";
import { DurableQueue } from "../../components/durable-queue.ts";
import { InlineFunction } from "../../components/inline-function.ts";
import { grants, inventory, only, recordedProgram } from "./recorded-program.ts";

const queueArn = "arn:aws:sqs:us-east-1:111122223333:mail";
const deadLettersArn = "arn:aws:sqs:us-east-1:111122223333:mail-dead-letters";

function declareWorker(timeout: number) {
  return new InlineFunction("Worker", {
    module: "signaling/authorize",
    environment: { PROOFS_TABLE: "proofs" },
    timeout,
    logRetentionDays: 14,
  });
}

test("a FIFO queue comes with dead letters of its own kind, both encrypted", async () => {
  const recorded = await recordedProgram(() => new DurableQueue("mail", { fifo: true }));
  expect(inventory(recorded)).toEqual([
    "mail Queue",
    "mail QueuePolicy",
    "mail-dead-letters Queue",
    "mail-dead-letters QueuePolicy",
    "mail-dead-letters RedriveAllowPolicy",
  ]);
  expect(only(recorded, "aws:sqs/queue:Queue", "mail")).toEqual({
    fifoQueue: true,
    deduplicationScope: "messageGroup",
    fifoThroughputLimit: "perMessageGroupId",
    sqsManagedSseEnabled: true,
    visibilityTimeoutSeconds: 60,
    messageRetentionSeconds: 345600,
    receiveWaitTimeSeconds: 20,
    redrivePolicy: `{"deadLetterTargetArn":"${deadLettersArn}","maxReceiveCount":5}`,
  });
  expect(only(recorded, "aws:sqs/queue:Queue", "mail-dead-letters")).toEqual({
    fifoQueue: true,
    sqsManagedSseEnabled: true,
    messageRetentionSeconds: 1209600,
  });
  expect(only(recorded, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "mail-dead-letters")).toEqual({
    queueUrl: "https://sqs/mail-dead-letters",
    redriveAllowPolicy: `{"redrivePermission":"byQueue","sourceQueueArns":["${queueArn}"]}`,
  });
});

test("a standard queue has no FIFO settings", async () => {
  const recorded = await recordedProgram(() => new DurableQueue("mail"));
  const queue = only(recorded, "aws:sqs/queue:Queue", "mail");
  expect(Object.keys(queue).filter((key) => /fifo|dedup/i.test(key))).toEqual([]);
});

test("a message may be received as often as is said before it is a dead letter", async () => {
  let known = 0;
  const recorded = await recordedProgram(() => {
    known = new DurableQueue("mail", { maxReceiveCount: 8 }).maxReceiveCount;
  });
  expect(only(recorded, "aws:sqs/queue:Queue", "mail").redrivePolicy).toBe(
    `{"deadLetterTargetArn":"${deadLettersArn}","maxReceiveCount":8}`,
  );
  expect(known).toBe(8);
});

test("both queues deny plain HTTP and other accounts", async () => {
  const recorded = await recordedProgram(() => new DurableQueue("mail"));
  for (const [name, arn] of [
    ["mail", queueArn],
    ["mail-dead-letters", deadLettersArn],
  ] as const) {
    const { policy } = only(recorded, "aws:sqs/queuePolicy:QueuePolicy", name);
    expect(JSON.parse(String(policy))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
          Sid: "OwnAccountOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: arn,
          Condition: { StringNotEquals: { "aws:PrincipalAccount": "111122223333" } },
        },
      ],
    });
  }
});

test("a consumer reads in batches that may fail in part, with a grant of exactly that", async () => {
  const recorded = await recordedProgram(() => new DurableQueue("mail").consumeWith(declareWorker(10)));
  expect(only(recorded, "aws:lambda/eventSourceMapping:EventSourceMapping", "mail")).toEqual({
    eventSourceArn: queueArn,
    functionName: "Worker",
    batchSize: 10,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: 10 },
  });
  expect(grants(recorded, "Worker")["Worker-consume-mail"]).toEqual([
    {
      Effect: "Allow",
      Action: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
      ],
      Resource: [queueArn],
    },
  ]);
});

test("a sender may send and nothing else", async () => {
  const recorded = await recordedProgram(() => new DurableQueue("mail").grantSend(declareWorker(10)));
  expect(grants(recorded, "Worker")["Worker-send-mail"]).toEqual([
    { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queueArn] },
  ]);
});

test("a consumer too slow for the visibility timeout is refused, with the figure that it needs", async () => {
  let message = "";
  await recordedProgram(() => {
    try {
      new DurableQueue("mail").consumeWith(declareWorker(11));
    } catch (error) {
      message = error instanceof Error ? error.message : "";
    }
  });
  expect(message).toBe(
    "DurableQueue mail: visibilityTimeout is 60 s; its consumer's timeout of 11 s asks for at least 66 s",
  );
});
