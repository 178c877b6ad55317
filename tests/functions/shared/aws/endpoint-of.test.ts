import { expect, test } from "@jest/globals";
import { endpointOf } from "../../../../functions/shared/aws/endpoint-of.ts";

test.each([
  ["dynamodb", "eu-central-1", {}, "https://dynamodb.eu-central-1.amazonaws.com"],
  ["sqs", "us-gov-west-1", {}, "https://sqs.us-gov-west-1.amazonaws.com"],
  ["secretsmanager", "cn-north-1", {}, "https://secretsmanager.cn-north-1.amazonaws.com.cn"],
  ["sqs", "eu-central-1", { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" }, "http://127.0.0.1:4566"],
  ["sqs", "eu-central-1", { AWS_ENDPOINT_URL: "" }, "https://sqs.eu-central-1.amazonaws.com"],
])("%s in %s with %j is at %s", (signingName, region, environment, endpoint) => {
  expect(endpointOf({ signingName }, region, environment)).toBe(endpoint);
});
