import { subscription } from "../aws.ts";
import { parsedObject } from "../parsed-object.ts";
import { resourceRule } from "../rule.ts";

export const subscriptionHasDeadLetters = resourceRule({
  name: "subscription-has-dead-letters",
  holds: "Every subscription of a topic by a queue, function or URL has a redrivePolicy.",
  why: "What SNS cannot deliver, to a queue that was closed say, it drops.",
  elsewhere: ["Serverless-SNSRedrivePolicy"],
  types: [subscription],
  violations: (resource) =>
    // Mail and text messages have no redrive.
    resource.is("protocol", "email", "email-json", "sms") ||
    !resource.isKnown("redrivePolicy") ||
    parsedObject(resource, "redrivePolicy")?.has("deadLetterTargetArn")
      ? []
      : ["Set redrivePolicy with a deadLetterTargetArn."],
});
