import * as aws from "../../../policies/aws.ts";
import { type Declared, json, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const protection = (operation: object): readonly Declared[] => [
  [aws.logGroup, "a"],
  [
    aws.dataProtection,
    "policy",
    { logGroupName: ref("a", "name"), policyDocument: json({ Statement: [{ Operation: operation }] }) },
  ],
];

ruleTest("logs-expire", {
  breaks: {
    "no retention, and that of zero, which is for ever": [
      [
        [aws.logGroup, "a"],
        [aws.logGroup, "b", { retentionInDays: 0 }],
      ],
      ["a: Set retentionInDays.", "b: Set retentionInDays."],
    ],
  },
  keeps: { "a day": [[aws.logGroup, "a", { retentionInDays: 1 }]] },
});

ruleTest("logs-are-forgotten-in-time", {
  breaks: {
    "a year": [[[aws.logGroup, "a", { retentionInDays: 365 }]], ["a: Set retentionInDays to 90 or less."]],
  },
  keeps: { "ninety days": [[aws.logGroup, "a", { retentionInDays: 90 }]] },
});

ruleTest("logs-are-kept-a-year", {
  breaks: {
    "ninety days": [
      [[aws.logGroup, "a", { retentionInDays: 90 }]],
      ["a: Set retentionInDays to 365 or more."],
    ],
  },
  keeps: { "a year": [[aws.logGroup, "a", { retentionInDays: 365 }]] },
});

ruleTest("logs-mask-personal-data", {
  breaks: {
    "no policy": [
      [[aws.logGroup, "a"]],
      ["a: Add a LogDataProtectionPolicy with an Audit and a Deidentify statement."],
    ],
    "a policy that only counts": [
      protection({ Audit: {} }),
      ["a: Add a LogDataProtectionPolicy with an Audit and a Deidentify statement."],
    ],
  },
  keeps: { "a policy that masks": protection({ Deidentify: { MaskConfig: {} } }) },
});

ruleTest("alarm-has-an-action", {
  breaks: {
    "none, an empty list, one for the end alone, and actions that are off": [
      [
        [aws.alarm, "a"],
        [aws.alarm, "b", { alarmActions: [] }],
        [aws.alarm, "c", { alarmActions: ["arn:aws:sns:x"], actionsEnabled: false }],
        [aws.alarm, "d", { okActions: ["arn:aws:sns:x"] }],
      ],
      [
        "a: Set alarmActions.",
        "b: Set alarmActions.",
        "c: Leave actionsEnabled out, or set it to true.",
        "d: Set alarmActions.",
      ],
    ],
  },
  keeps: {
    "a topic of the same update": [
      [aws.topic, "night"],
      [aws.alarm, "a", { alarmActions: [ref("night")] }],
    ],
  },
});
