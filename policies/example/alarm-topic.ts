import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Where alarms go: encrypted, over TLS, from the alarms of this account only. */
export function alarmTopic(keyArn: pulumi.Input<string>): aws.sns.Topic {
  const topic = new aws.sns.Topic("alarms", { kmsMasterKeyId: keyArn });
  const publish = { Action: "sns:Publish", Resource: topic.arn };
  const account = aws.getCallerIdentityOutput().accountId;
  new aws.sns.TopicPolicy("alarms", {
    arn: topic.arn,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          ...publish,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          ...publish,
          Condition: { StringEquals: { "aws:SourceAccount": account } },
        },
      ],
    }),
  });
  new aws.sns.TopicSubscription("alarms-by-mail", {
    topic: topic.arn,
    protocol: "email",
    endpoint: "night@orders.example.com",
  });
  return topic;
}
