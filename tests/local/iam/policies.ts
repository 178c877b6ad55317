import { AwsError } from "../../../local/aws-error.ts";

/** A policy document of the version that IAM's language has today. */
export function policy(...statements: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export const lambdaTrust = policy({
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
});

export const queueArn = "arn:aws:sqs:us-east-1:000000000000:deliveries";
export const tableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/peers";
export const relayRole = { name: "relay", arn: "arn:aws:iam::000000000000:role/relay" };
export const asRelay = { kind: "role", arn: relayRole.arn } as const;

/** What a call threw, as plain values; "nothing" when it returned. */
export function refusalOf(
  call: () => unknown,
): { code: string; status: number; message: string } | "nothing" {
  try {
    call();
    return "nothing";
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, status: error.status, message: error.message };
  }
}
