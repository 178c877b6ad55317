import { eachOf, stackRule } from "../rule.ts";
import { streamMappings } from "../triggers.ts";

export const streamKeepsFailedRecords = stackRule({
  name: "stream-keeps-failed-records",
  holds:
    "A mapping of a stream has an onFailure destination. One of a queue needs none: it has dead letters.",
  why: "Records that Lambda gives up on are skipped without a trace.",
  elsewhere: ["Serverless-LambdaEventSourceMappingDestination"],
  violationsOf: (stack) =>
    eachOf(
      streamMappings(stack).filter((mapping) => !mapping.has("destinationConfig.onFailure.destinationArn")),
      "Set destinationConfig.onFailure.",
    ),
});
