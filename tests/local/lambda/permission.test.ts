import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { arnOf, type RunningLambda, recordingIam, role, startLambda } from "./running-lambda.ts";

let running: RunningLambda;
let recording: ReturnType<typeof recordingIam>;
beforeEach(async () => {
  recording = recordingIam();
  running = await startLambda({ iam: recording.iam });
  await running.deploy("relay", "export const handler = async () => 1;");
});
afterEach(() => running.stop());

const sourceArn = "arn:aws:execute-api:us-east-1:000000000000:abc/v1/$connect";
const invokeAsGateway = () =>
  running.lambda.invoke({
    functionName: arnOf("relay"),
    payload: {},
    principal: { kind: "service", service: "apigateway.amazonaws.com" },
    context: { "aws:SourceArn": sourceArn },
  });
const asked = () => recording.requests.filter(({ action }) => action === "lambda:InvokeFunction");

test("a role is asked for lambda:InvokeFunction on the function, with no resource policy when there is none", async () => {
  await running.invoke("relay");
  expect(asked()).toEqual([
    {
      principal: { kind: "role", arn: role },
      action: "lambda:InvokeFunction",
      resource: "arn:aws:lambda:us-east-1:000000000000:function:relay",
      context: {},
    },
  ]);
});

test("a service is decided by the function's permissions, written as one resource policy", async () => {
  running.lambda.putPermission("relay", {
    statementId: "gateway",
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    sourceArn,
  });
  running.lambda.putPermission(arnOf("relay"), {
    statementId: "account",
    action: "lambda:InvokeFunction",
    principal: "events.amazonaws.com",
    sourceAccount: "000000000000",
  });
  expect(await invokeAsGateway()).toEqual({ kind: "returned", payload: 1 });
  const [request] = asked();
  expect(request?.principal).toEqual({ kind: "service", service: "apigateway.amazonaws.com" });
  expect(request?.context).toEqual({ "aws:SourceArn": sourceArn });
  expect(JSON.parse(request?.resourcePolicies?.[0] ?? "")).toEqual({
    Version: "2012-10-17",
    Id: "default",
    Statement: [
      {
        Sid: "gateway",
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: "arn:aws:lambda:us-east-1:000000000000:function:relay",
        Condition: { ArnLike: { "AWS:SourceArn": sourceArn } },
      },
      {
        Sid: "account",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: "arn:aws:lambda:us-east-1:000000000000:function:relay",
        Condition: { StringEquals: { "AWS:SourceAccount": "000000000000" } },
      },
    ],
  });
});

test("a deleted permission no longer counts, and a replaced function keeps its permissions", async () => {
  const permission = {
    statementId: "a",
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
  };
  running.lambda.putPermission("relay", permission);
  await running.deploy("relay", "export const handler = async () => 2;");
  await invokeAsGateway();
  running.lambda.deletePermission("relay", "a");
  await invokeAsGateway();
  expect(asked().map(({ resourcePolicies }) => resourcePolicies?.length ?? 0)).toEqual([1, 0]);
});

test("an invocation that is not allowed throws what IAM says and runs nothing", async () => {
  const denying = await startLambda({ iam: recordingIam(["lambda:InvokeFunction"]).iam });
  await denying.deploy("relay", "export const handler = async () => 1;");
  await expect(denying.invoke("relay")).rejects.toMatchObject({ code: "AccessDeniedException", status: 403 });
  expect(denying.lambda.instances()).toEqual({ relay: 0 });
  await denying.stop();
});

test("a permission for a function that does not exist is refused", () => {
  const permission = { statementId: "a", action: "lambda:InvokeFunction", principal: "x.amazonaws.com" };
  expect(() => running.lambda.putPermission("none", permission)).toThrow("Function not found: none");
});
