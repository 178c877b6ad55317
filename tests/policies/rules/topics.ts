import * as aws from "../../../policies/aws.ts";
import { json, ref } from "../declare-stack.ts";
import { ruleTest } from "../rule-test.ts";

ruleTest("topic-is-encrypted", {
  breaks: { "a topic without a key": [[[aws.topic, "news"]], ["news: Set kmsMasterKeyId."]] },
  keeps: {
    "a topic with a key": [
      [aws.kmsKey, "key"],
      [aws.topic, "news", { kmsMasterKeyId: ref("key", "id") }],
    ],
  },
});

ruleTest("topic-requires-tls", {
  breaks: {
    "a topic without a policy": [
      [[aws.topic, "news"]],
      ["news: Deny sns:Publish where aws:SecureTransport is false."],
    ],
  },
  keeps: {
    "a Deny of plain HTTP": [
      [aws.topic, "news"],
      [
        aws.topicPolicy,
        "news-policy",
        {
          arn: ref("news"),
          policy: json({
            Statement: [
              {
                Effect: "Deny",
                Principal: "*",
                Action: "sns:Publish",
                Resource: ref("news"),
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              },
            ],
          }),
        },
      ],
    ],
  },
});

ruleTest("subscription-has-dead-letters", {
  breaks: {
    "a function that is told once": [
      [[aws.subscription, "news", { protocol: "lambda" }]],
      ["news: Set redrivePolicy with a deadLetterTargetArn."],
    ],
  },
  keeps: {
    "a redrive, and mail, which has none": [
      [aws.queue, "failed"],
      [
        aws.subscription,
        "news",
        { protocol: "sqs", redrivePolicy: json({ deadLetterTargetArn: ref("failed") }) },
      ],
      [aws.subscription, "mail", { protocol: "email" }],
    ],
  },
});
