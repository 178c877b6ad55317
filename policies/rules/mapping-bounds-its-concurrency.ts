import { stackRule } from "../rule.ts";
import { queueMappings } from "../triggers.ts";

export const mappingBoundsItsConcurrency = stackRule({
  name: "mapping-bounds-its-concurrency",
  holds: "Every mapping of a queue bounds how many functions it keeps busy.",
  why: "A backlog otherwise takes the account's whole concurrency, and the API next to it is throttled.",
  elsewhere: [],
  violationsOf: (stack, { maximumConcurrency }) =>
    queueMappings(stack).flatMap((resource) => {
      const concurrency = resource.number("scalingConfig.maximumConcurrency", 0);
      return concurrency < 2 || concurrency > maximumConcurrency
        ? [{ resource, message: `Set scalingConfig.maximumConcurrency between 2 and ${maximumConcurrency}.` }]
        : [];
    }),
});
