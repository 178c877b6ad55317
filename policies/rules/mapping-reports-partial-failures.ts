import { eachOf, stackRule } from "../rule.ts";
import { queueMappings, streamMappings } from "../triggers.ts";

export const mappingReportsPartialFailures = stackRule({
  name: "mapping-reports-partial-failures",
  holds: "Every mapping of a queue or stream takes partial batch responses.",
  why: "Without them one bad message fails the nine good ones of its batch, which are then done twice.",
  elsewhere: [],
  violationsOf: (stack) =>
    eachOf(
      [...queueMappings(stack), ...streamMappings(stack)].filter(
        (mapping) => !mapping.includes("functionResponseTypes", "ReportBatchItemFailures"),
      ),
      'Set functionResponseTypes: ["ReportBatchItemFailures"].',
    ),
});
