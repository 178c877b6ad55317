import { SQSServiceException } from "@aws-sdk/client-sqs";
import { expect, test } from "@jest/globals";
import { Stripe } from "stripe";
import { Failure } from "../../functions/shared/failure.ts";
import { OperateError } from "../../operate/operate-error.ts";
import { sentenceOf } from "../../operate/sentence-of.ts";

const denied = new SQSServiceException({
  ...{ name: "AccessDenied", message: "not authorized to perform: sqs:ReceiveMessage" },
  ...{ $fault: "client", $metadata: {} },
});

test.each<[Error, string | undefined]>([
  [
    new OperateError("expected one of --stack NAME and --local URL"),
    "expected one of --stack NAME and --local URL",
  ],
  [denied, "AWS refused: AccessDenied: not authorized to perform: sqs:ReceiveMessage"],
  [
    new Failure("sqs_unavailable", "sqs is throttled, failing or slow", { cause: denied }),
    "sqs is throttled, failing or slow (AccessDenied: not authorized to perform: sqs:ReceiveMessage)",
  ],
  [new Failure("secret_invalid", "a secret is empty"), "a secret is empty"],
  [
    new Stripe.errors.StripePermissionError({
      message: "The key lacks a permission.",
      type: "invalid_request_error",
    } as never),
    "Stripe refused: The key lacks a permission.",
  ],
  [new TypeError("undefined is not a function"), undefined],
])("%s is told as one sentence, or is a fault of the command", (error, sentence) => {
  expect(sentenceOf(error)).toBe(sentence);
});
