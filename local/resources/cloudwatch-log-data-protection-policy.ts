import * as v from "valibot";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

const identifiers = v.pipe(
  v.array(v.pipe(v.string(), v.startsWith("arn:aws:dataprotection::aws:data-identifier/"))),
  v.minLength(1),
);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch-logs-data-protection-policies.html */
const document = v.strictObject({
  Name: v.string(),
  Version: v.literal("2021-06-01"),
  Statement: v.strictTuple([
    v.strictObject({
      Sid: v.optional(v.string()),
      DataIdentifier: identifiers,
      Operation: v.strictObject({ Audit: v.strictObject({ FindingsDestination: v.strictObject({}) }) }),
    }),
    v.strictObject({
      Sid: v.optional(v.string()),
      DataIdentifier: identifiers,
      Operation: v.strictObject({ Deidentify: v.strictObject({ MaskConfig: v.strictObject({}) }) }),
    }),
  ]),
});

const inputs = v.strictObject({
  logGroupName: v.string(),
  policyDocument: v.pipe(
    v.string(),
    v.check(
      (text) => v.safeParse(v.pipe(v.string(), v.parseJson(), document), text).success,
      "expected an Audit statement and a Deidentify statement",
    ),
  ),
});

/** `aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy`. It is kept, and masks nothing. */
export function cloudwatchLogDataProtectionPolicy(): ResourceHandler {
  return keptResource({
    type: "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy",
    inputs,
    replacedBy: ["logGroupName"],
    described: ({ logGroupName }) => ({ id: logGroupName, outputs: {} }),
  });
}
