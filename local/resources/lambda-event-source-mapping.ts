import * as v from "valibot";
import { account, localArn } from "../account.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

/** Batches at once when no maximum is declared (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html). */
const defaultConcurrency = 5;

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
const inputs = v.strictObject({
  eventSourceArn: v.pipe(
    v.string(),
    v.regex(/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/, "only SQS queues feed functions here"),
  ),
  /** Name or ARN. */
  functionName: v.string(),
  batchSize: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10, "more than 10 needs a batching window")),
    10,
  ),
  enabled: v.optional(v.literal(true, "a mapping is always enabled here"), true),
  functionResponseTypes: v.optional(v.array(v.literal("ReportBatchItemFailures")), []),
  scalingConfig: v.optional(
    v.strictObject({
      maximumConcurrency: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000))),
    }),
  ),
  tags: v.optional(recordOf(v.string(), v.string()), {}),
});

/** `aws:lambda/eventSourceMapping:EventSourceMapping`: feeds a queue's messages to a function. */
export function lambdaEventSourceMapping({
  lambda,
  clock,
}: Pick<Services, "lambda" | "clock">): ResourceHandler {
  const put = async (declared: v.InferOutput<typeof inputs>, existing?: string) => {
    const functionName = declared.functionName.split(":").at(-1) ?? "";
    const uuid = await lambda.putEventSourceMapping(
      {
        functionName,
        queueArn: declared.eventSourceArn,
        batchSize: declared.batchSize,
        reportBatchItemFailures: declared.functionResponseTypes.length > 0,
        maximumConcurrency: declared.scalingConfig?.maximumConcurrency ?? defaultConcurrency,
      },
      existing,
    );
    return {
      id: uuid,
      outputs: {
        ...declared,
        uuid,
        arn: localArn("lambda", `event-source-mapping:${uuid}`),
        functionArn: localArn("lambda", `function:${functionName}`),
        lastModified: new Date(clock.now()).toISOString(),
        region: account.region,
        state: "Enabled",
        stateTransitionReason: "USER_INITIATED",
        tagsAll: declared.tags,
      },
    };
  };
  return resourceHandler({
    type: "aws:lambda/eventSourceMapping:EventSourceMapping",
    inputs,
    create: (declared) => put(declared),
    renewed: ["functionArn", "lastModified"],
    sets: ["functionResponseTypes"],
    replacedBy: ["eventSourceArn"],
    read: ({ id }) => {
      const mapping = lambda.eventSourceMapping(id);
      return mapping && { batchSize: mapping.batchSize };
    },
    update: ({ id }, declared) => put(declared, id),
    delete: ({ id }) => lambda.deleteEventSourceMapping(id),
  });
}
