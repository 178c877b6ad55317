import * as aws from "../../../policies/aws.ts";
import { type Declared, json } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});

const onQueue = (...statements: readonly object[]): Declared => [
  aws.queuePolicy,
  "door",
  { queueUrl: "q", policy: { Statement: statements } },
];

const sns = { Principal: { Service: "sns.amazonaws.com" } };

ruleTest("resource-policy-names-its-principals", {
  breaks: {
    "everyone, plain, or for all accounts of AWS": [
      [
        onQueue(
          allow("sqs:SendMessage", "q", { Principal: "*" }),
          allow("sqs:SendMessage", "q", { Principal: { AWS: ["*"] } }),
        ),
      ],
      [
        "door: Name the principals instead of *, or add a condition on their account.",
        "door: Name the principals instead of *, or add a condition on their account.",
      ],
    ],
  },
  keeps: {
    "an account, a condition on the organisation, a Deny": [
      onQueue(
        allow("sqs:SendMessage", "q", { Principal: { AWS: "111122223333" } }),
        allow("sqs:SendMessage", "q", {
          Principal: "*",
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
        }),
        { Effect: "Deny", Principal: "*", Action: "sqs:*" },
      ),
    ],
    "a REST API, which is there for everyone": [
      [
        aws.restApi,
        "api",
        { policy: json({ Statement: allow("execute-api:Invoke", "x", { Principal: "*" }) }) },
      ],
    ],
  },
});

ruleTest("resource-policy-names-its-actions", {
  breaks: {
    "a sender that may do all": [
      [onQueue(allow("sqs:*", "q", { Principal: { AWS: "111122223333" } }))],
      ["door: Write the actions of sqs:* out."],
    ],
  },
  keeps: {
    "a sender that may send; a key's policy": [
      onQueue(allow("sqs:SendMessage", "q", { Principal: { AWS: "111122223333" } })),
      [aws.kmsKey, "key", { policy: json({ Statement: allow("kms:*", "*", { Principal: { AWS: "1" } }) }) }],
    ],
  },
});

ruleTest("resource-policy-names-its-source", {
  breaks: {
    "topics of anyone": [
      [onQueue(allow("sqs:SendMessage", "q", sns))],
      ["door: Add a condition on aws:SourceArn for sns.amazonaws.com."],
    ],
    "a condition that any source meets": [
      [onQueue(allow("sqs:SendMessage", "q", { ...sns, Condition: { ArnLike: { "aws:SourceArn": "*" } } }))],
      ["door: Add a condition on aws:SourceArn for sns.amazonaws.com."],
    ],
  },
  keeps: {
    "one topic": [
      [aws.topic, "news"],
      onQueue(
        allow("sqs:SendMessage", "q", {
          ...sns,
          Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:1:news" } },
        }),
      ),
    ],
  },
});
