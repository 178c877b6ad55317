import { stackRule } from "../rule.ts";
import { streamMappings } from "../triggers.ts";

export const streamGivesUpInTime = stackRule({
  name: "stream-gives-up-in-time",
  holds: "A mapping of a stream bisects a failing batch and bounds its retries.",
  why: "Left alone, Lambda retries one poison record until it expires, and the shard waits behind it for a day.",
  elsewhere: [],
  violationsOf: (stack, { maximumRetries }) =>
    streamMappings(stack).flatMap((resource) => {
      const retries = resource.number("maximumRetryAttempts", -1);
      return [
        ...(resource.is("bisectBatchOnFunctionError", true) ? [] : ["Set bisectBatchOnFunctionError: true."]),
        ...(retries < 0 || retries > maximumRetries
          ? [`Set maximumRetryAttempts between 0 and ${maximumRetries}.`]
          : []),
      ].map((message) => ({ resource, message }));
    }),
});
