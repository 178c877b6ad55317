import type { Rule } from "../rule.ts";

/** A queue that gives up on a message must put it where someone can look at it. */
export const queueHasDeadLetters: Rule = {
  name: "queue-has-dead-letters",
  description: "Every queue names a dead-letter queue, except those that are one.",
  types: ["aws:sqs/queue:Queue"],
  violations: ({ props }) => {
    // A dead-letter queue has the longest retention there is, and feeds no other.
    if ("redrivePolicy" in props || props.messageRetentionSeconds === 1_209_600) return [];
    return ["Set redrivePolicy; a dead-letter queue itself keeps messages for 1209600 seconds (14 days)."];
  },
};
