import * as aws from "../../../policies/aws.ts";
import { json, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

ruleTest("table-expires-rows", {
  breaks: {
    "a table without ttl": [
      [[aws.table, "rows"]],
      ["rows: Set ttl with an attributeName and enabled: true; exempt a table whose rows are meant to last."],
    ],
    "a ttl that is switched off": [
      [[aws.table, "rows", { ttl: { attributeName: "expiresAt", enabled: false } }]],
      ["rows: Set ttl with an attributeName and enabled: true; exempt a table whose rows are meant to last."],
    ],
  },
  keeps: {
    "a ttl that is on": [[aws.table, "rows", { ttl: { attributeName: "expiresAt", enabled: true } }]],
  },
});

ruleTest("table-recovers-to-a-point-in-time", {
  breaks: {
    "a table without recovery": [
      [[aws.table, "rows"]],
      ["rows: Set pointInTimeRecovery: { enabled: true }."],
    ],
    "a replica without recovery": [
      [
        [
          aws.table,
          "rows",
          { pointInTimeRecovery: { enabled: true }, replicas: [{ regionName: "eu-west-1" }] },
        ],
      ],
      ["rows: Set replicas.0.pointInTimeRecovery: true."],
    ],
  },
  keeps: { recovery: [[aws.table, "rows", { pointInTimeRecovery: { enabled: true } }]] },
});

ruleTest("table-is-backed-up", {
  breaks: {
    "a table beside a selection of others": [
      [
        [aws.table, "rows"],
        [aws.table, "others"],
        [aws.backupPlan, "nightly"],
        [
          aws.backupSelection,
          "tables",
          { planId: ref("nightly", "id"), resources: [ref("others")], selectionTags: [] },
        ],
      ],
      ["rows: Add the table's ARN, or a tag that it has, to a backup selection of a plan."],
    ],
  },
  keeps: {
    "a selection by ARN": [
      [aws.table, "rows"],
      [aws.backupPlan, "nightly"],
      [aws.backupSelection, "tables", { planId: ref("nightly", "id"), resources: [ref("rows")] }],
    ],
    "a selection by tag": [
      [aws.table, "rows", { tags: { backup: "nightly" } }],
      [aws.backupPlan, "nightly"],
      [
        aws.backupSelection,
        "tables",
        {
          planId: ref("nightly", "id"),
          selectionTags: [{ type: "STRINGEQUALS", key: "backup", value: "nightly" }],
        },
      ],
    ],
  },
});

ruleTest("table-refuses-deletion", {
  breaks: { "an unprotected table": [[[aws.table, "rows"]], ["rows: Set deletionProtectionEnabled: true."]] },
  keeps: {
    "deletion protection": [[aws.table, "rows", { deletionProtectionEnabled: true }]],
    "Pulumi's protect": [[aws.table, "rows", {}, true]],
  },
});

ruleTest("table-is-encrypted", {
  breaks: {
    "a table without encryption": [
      [[aws.table, "rows"]],
      ["rows: Set serverSideEncryption: { enabled: true }."],
    ],
  },
  keeps: { "a key of the account": [[aws.table, "rows", { serverSideEncryption: { enabled: true } }]] },
});

ruleTest("table-denies-other-principals", {
  breaks: {
    "a table without a policy": [
      [[aws.table, "rows"]],
      ["rows: Add a ResourcePolicy that denies every other aws:PrincipalArn."],
    ],
    "a policy that only allows": [
      [
        [aws.table, "rows"],
        [
          aws.tablePolicy,
          "rows-policy",
          {
            resourceArn: ref("rows"),
            policy: json({ Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:GetItem" }] }),
          },
        ],
      ],
      ["rows: Add a ResourcePolicy that denies every other aws:PrincipalArn."],
    ],
  },
  keeps: {
    "a Deny of all but named principals": [
      [aws.table, "rows"],
      [
        aws.tablePolicy,
        "rows-policy",
        {
          resourceArn: ref("rows"),
          policy: json({
            Statement: [
              {
                Effect: "Deny",
                Principal: "*",
                Action: "dynamodb:*",
                Resource: ref("rows"),
                Condition: { ArnNotLike: { "aws:PrincipalArn": ["arn:aws:iam::111122223333:role/reader"] } },
              },
            ],
          }),
        },
      ],
    ],
  },
});

ruleTest("table-capacity-follows-load", {
  breaks: {
    "a fixed capacity": [
      [[aws.table, "rows", { readCapacity: 5, writeCapacity: 5 }]],
      ['rows: Set billingMode: "PAY_PER_REQUEST", or scale its capacity.'],
    ],
  },
  keeps: {
    "on demand": [[aws.table, "rows", { billingMode: "PAY_PER_REQUEST" }]],
    autoscaling: [
      [aws.table, "rows", { billingMode: "PROVISIONED" }],
      ["aws:appautoscaling/target:Target", "scaling", { resourceId: ref("rows", "name") }],
    ],
  },
});

ruleTest("table-has-a-cost-ceiling", {
  breaks: {
    "no ceiling": [
      [[aws.table, "rows", { billingMode: "PAY_PER_REQUEST" }]],
      [
        "rows: Set onDemandThroughput.maxReadRequestUnits between 1 and 40000.",
        "rows: Set onDemandThroughput.maxWriteRequestUnits between 1 and 40000.",
      ],
    ],
    "a ceiling above the account's quota": [
      [
        [
          aws.table,
          "rows",
          {
            billingMode: "PAY_PER_REQUEST",
            onDemandThroughput: { maxReadRequestUnits: 40_001, maxWriteRequestUnits: 1 },
          },
        ],
      ],
      ["rows: Set onDemandThroughput.maxReadRequestUnits between 1 and 40000."],
    ],
  },
  keeps: {
    "both ceilings": [
      [
        aws.table,
        "rows",
        {
          billingMode: "PAY_PER_REQUEST",
          onDemandThroughput: { maxReadRequestUnits: 4_000, maxWriteRequestUnits: 4_000 },
        },
      ],
    ],
    "a fixed capacity, which is a ceiling": [[aws.table, "rows", { billingMode: "PROVISIONED" }]],
  },
});
