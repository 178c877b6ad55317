import { expect, test } from "@jest/globals";
import { InlineFunction } from "../../components/inline-function.ts";
import { grants, inventory, only, recordedProgram } from "./recorded-program.ts";

function declareFunction() {
  return new InlineFunction("Greeter", {
    module: "signaling/authorize",
    environment: { PROOFS_TABLE: "proofs" },
    logRetentionDays: 14,
  });
}

test("a function comes with a log group that expires and is masked, and a role that may only write to it and to its traces", async () => {
  const recorded = await recordedProgram(declareFunction);
  expect(inventory(recorded)).toEqual([
    "Greeter Function",
    "Greeter LogDataProtectionPolicy",
    "Greeter LogGroup",
    "Greeter Role",
    "Greeter-logs RolePolicy",
  ]);
  expect(only(recorded, "aws:cloudwatch/logGroup:LogGroup", "Greeter")).toEqual({
    name: "/synapse-d/dev/Greeter",
    retentionInDays: 14,
  });
  expect(JSON.parse(String(only(recorded, "aws:iam/role:Role", "Greeter").assumeRolePolicy))).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  });
  expect(grants(recorded, "Greeter")).toEqual({
    "Greeter-logs": [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: ["arn:aws:cloudwatch:us-east-1:111122223333:Greeter:*"],
      },
      {
        Effect: "Allow",
        Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        Resource: ["*"],
      },
    ],
  });
});

test("what looks like a person's address or a key is counted and masked", async () => {
  const policy = only(
    await recordedProgram(declareFunction),
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy",
    "Greeter",
  );
  expect(policy.logGroupName).toBe("/synapse-d/dev/Greeter");
  const identifiers = [
    ...["EmailAddress", "IpAddress", "AwsSecretKey", "OpenSshPrivateKey", "PgpPrivateKey", "PkcsPrivateKey"],
    ...["PuttyPrivateKey", "CreditCardNumber"],
  ].map((name) => `arn:aws:dataprotection::aws:data-identifier/${name}`);
  expect(JSON.parse(String(policy.policyDocument)).Statement).toEqual([
    { Sid: "audit", DataIdentifier: identifiers, Operation: { Audit: { FindingsDestination: {} } } },
    { Sid: "mask", DataIdentifier: identifiers, Operation: { Deidentify: { MaskConfig: {} } } },
  ]);
});

test("the code is embedded in memory as one module, and the settings are Lambda's for Node 24", async () => {
  const { code, ...inputs } = only(
    await recordedProgram(declareFunction),
    "aws:lambda/function:Function",
    "Greeter",
  );
  expect(inputs).toEqual({
    role: "arn:aws:iam:us-east-1:111122223333:Greeter",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    memorySize: 256,
    timeout: 10,
    environment: { variables: { PROOFS_TABLE: "proofs" } },
    tracingConfig: { mode: "Active" },
    // Its lines take the stack from this name (`stackOf`).
    loggingConfig: { logFormat: "Text", logGroup: "/synapse-d/dev/Greeter" },
  });
  const files = await (code as { assets: Promise<Record<string, { text: Promise<string> }>> }).assets;
  expect(Object.keys(files)).toEqual(["index.mjs"]);
  const module = (await files["index.mjs"]?.text) ?? "";
  expect(/ as handler\};\n$/.test(module)).toBe(true);
});

test("a service may invoke it for one source only", async () => {
  const recorded = await recordedProgram(() =>
    declareFunction().allowInvocation(
      "timer",
      "events.amazonaws.com",
      "arn:aws:events:us-east-1:111122223333:rule/x",
    ),
  );
  expect(only(recorded, "aws:lambda/permission:Permission", "Greeter-timer")).toEqual({
    function: "Greeter",
    action: "lambda:InvokeFunction",
    principal: "events.amazonaws.com",
    sourceArn: "arn:aws:events:us-east-1:111122223333:rule/x",
  });
});

test("an environment that lacks a variable of the module, or adds one, does not compile", () => {
  const declare = () => {
    // @ts-expect-error PROOFS_TABLE is missing.
    new InlineFunction("A", { module: "signaling/authorize", environment: {}, logRetentionDays: 1 });
    new InlineFunction("B", {
      module: "signaling/authorize",
      // @ts-expect-error PROOF_TABLE is misspelt.
      environment: { PROOF_TABLE: "proofs" },
      logRetentionDays: 1,
    });
  };
  expect(declare).toBeInstanceOf(Function);
});
