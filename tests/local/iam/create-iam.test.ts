import { beforeEach, describe, expect, test } from "@jest/globals";
import { createIam } from "../../../local/iam/create-iam.ts";
import type { AccessRequest, Iam } from "../../../local/iam/iam.ts";
import { asRelay, lambdaTrust, policy, queueArn, refusalOf, relayRole, tableArn } from "./policies.ts";

const put = { principal: asRelay, action: "dynamodb:PutItem", resource: tableArn, context: {} };
const send = { principal: asRelay, action: "sqs:SendMessage", resource: queueArn, context: {} };
const allowPut = { Effect: "Allow", Action: "dynamodb:PutItem", Resource: tableArn };
const closedQueue = policy(
  {
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queueArn,
    Condition: { StringNotEquals: { "aws:PrincipalAccount": "000000000000" } },
  },
  {
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queueArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
);

let iam: Iam;

beforeEach(() => {
  iam = createIam({ clock: { now: () => Date.parse("2026-01-01T00:00:00Z") } });
  iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
});

describe("a call", () => {
  test("is refused in AWS's words when no policy of the role allows it", () => {
    expect(refusalOf(() => iam.authorize(put))).toEqual({
      code: "AccessDeniedException",
      status: 403,
      message:
        "User: arn:aws:sts::000000000000:assumed-role/relay/relay is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/peers because no identity-based policy allows the dynamodb:PutItem action",
    });
  });

  test("is allowed by a policy of the role until that is deleted", () => {
    iam.putRolePolicy("relay", "put", policy(allowPut));
    expect(refusalOf(() => iam.authorize(put))).toBe("nothing");
    iam.deleteRolePolicy("relay", "put");
    expect(refusalOf(() => iam.authorize(put))).toHaveProperty("code", "AccessDeniedException");
  });

  test("of a role that was deleted, or never was, is refused", () => {
    iam.putRolePolicy("relay", "put", policy(allowPut));
    const other = { kind: "role", arn: "arn:aws:iam::000000000000:role/other/relay" } as const;
    expect(refusalOf(() => iam.authorize({ ...put, principal: other }))).not.toBe("nothing");
    iam.deleteRole("relay");
    expect(refusalOf(() => iam.authorize(put))).not.toBe("nothing");
  });

  test("is refused with the code that the service spells", () => {
    expect(refusalOf(() => iam.authorize(send, "AccessDenied"))).toHaveProperty("code", "AccessDenied");
  });

  test("names the kind of policy that denied it", () => {
    iam.putRolePolicy("relay", "send", policy({ Effect: "Allow", Action: "sqs:*", Resource: "*" }));
    const open = { ...send, resourcePolicies: [closedQueue], context: { "aws:SecureTransport": "true" } };
    const plain = { ...open, context: { "aws:SecureTransport": "false" } };
    expect(refusalOf(() => iam.authorize(open))).toBe("nothing");
    expect(refusalOf(() => iam.authorize(plain))).toHaveProperty(
      "message",
      "User: arn:aws:sts::000000000000:assumed-role/relay/relay is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:deliveries with an explicit deny in a resource-based policy",
    );
    iam.putRolePolicy("relay", "stop", policy({ Effect: "Deny", Action: "sqs:*", Resource: "*" }));
    expect(refusalOf(() => iam.authorize(open))).toHaveProperty(
      "message",
      "User: arn:aws:sts::000000000000:assumed-role/relay/relay is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:deliveries with an explicit deny in an identity-based policy",
    );
  });

  test("cannot give itself another account or principal", () => {
    iam.putRolePolicy(
      "relay",
      "put",
      policy({ ...allowPut, Condition: { StringEquals: { "aws:PrincipalAccount": "111111111111" } } }),
    );
    const forged = { ...put, context: { "aws:principalaccount": "111111111111" } };
    expect(refusalOf(() => iam.authorize(forged))).not.toBe("nothing");
  });

  test("knows the principal's ARN and account", () => {
    const condition = {
      StringEquals: { "aws:PrincipalAccount": "000000000000" },
      ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/relay" },
    };
    iam.putRolePolicy("relay", "put", policy({ ...allowPut, Condition: condition }));
    expect(refusalOf(() => iam.authorize(put))).toBe("nothing");
  });
});

describe("a call of an AWS service", () => {
  const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:relay";
  const connect = "arn:aws:execute-api:us-east-1:000000000000:api/v1/$connect";
  const invoke: AccessRequest = {
    principal: { kind: "service", service: "apigateway.amazonaws.com" },
    action: "lambda:InvokeFunction",
    resource: functionArn,
    context: { "aws:SourceArn": connect },
  };
  const permission = policy({
    Sid: "connect",
    Effect: "Allow",
    Principal: { Service: "apigateway.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: functionArn,
    Condition: { ArnLike: { "aws:SourceArn": connect } },
  });

  test("needs a resource policy", () => {
    expect(refusalOf(() => iam.authorize(invoke))).toHaveProperty(
      "message",
      "User: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:relay because no resource-based policy allows the lambda:InvokeFunction action",
    );
    expect(refusalOf(() => iam.authorize({ ...invoke, resourcePolicies: [permission] }))).toBe("nothing");
  });

  test("is refused from another source", () => {
    const other = { ...invoke, context: { "aws:SourceArn": `${connect}2` }, resourcePolicies: [permission] };
    expect(refusalOf(() => iam.authorize(other))).not.toBe("nothing");
  });

  test("has no account, so a queue that is closed to other accounts refuses it", () => {
    const principal = { kind: "service", service: "sns.amazonaws.com" } as const;
    const open = policy({ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: queueArn });
    const call = { ...send, principal, resourcePolicies: [open, closedQueue] };
    expect(refusalOf(() => iam.authorize(call))).toHaveProperty(
      "message",
      expect.stringContaining("with an explicit deny in a resource-based policy"),
    );
  });

  test("is reported by the statement's Sid, with its uses, however often the policy is rewritten", () => {
    iam.authorize({ ...invoke, resourcePolicies: [permission] });
    const more = JSON.parse(permission);
    more.Statement.push({ ...more.Statement[0], Sid: "other" });
    iam.authorize({ ...invoke, resourcePolicies: [JSON.stringify(more)] });
    const grant = { holder: functionArn, action: "lambda:InvokeFunction", resource: functionArn };
    expect(iam.grants()).toEqual([
      { ...grant, policy: "connect", uses: 2 },
      { ...grant, policy: "other", uses: 1 },
    ]);
  });
});

describe("a role", () => {
  test("is assumed by the service that its trust policy names, and by no other", () => {
    expect(iam.assumeRole(relayRole.arn, "lambda.amazonaws.com").accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(refusalOf(() => iam.assumeRole(relayRole.arn, "scheduler.amazonaws.com"))).toHaveProperty(
      "code",
      "AccessDenied",
    );
    expect(refusalOf(() => iam.assumeRole(`${relayRole.arn}2`, "lambda.amazonaws.com"))).toHaveProperty(
      "code",
      "AccessDenied",
    );
  });

  test("is assumed only under the conditions of its trust policy", () => {
    const schedule = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/sweep";
    iam.putRole({
      ...relayRole,
      assumeRolePolicy: policy({
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "000000000000" },
          ArnEquals: { "aws:SourceArn": schedule },
        },
      }),
    });
    const assume = (context: Record<string, string>) => () =>
      iam.assumeRole(relayRole.arn, "scheduler.amazonaws.com", context);
    const source = { "aws:SourceAccount": "000000000000", "aws:SourceArn": schedule };
    expect(refusalOf(assume(source))).toBe("nothing");
    expect(refusalOf(assume({ ...source, "aws:SourceAccount": "1" }))).not.toBe("nothing");
    expect(refusalOf(assume({}))).not.toBe("nothing");
  });

  test("keeps its policies when its trust policy changes", () => {
    iam.putRolePolicy("relay", "put", policy(allowPut));
    iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
    expect(refusalOf(() => iam.authorize(put))).toBe("nothing");
  });

  test("takes no policy that is malformed, and no policy if it does not exist", () => {
    expect(
      refusalOf(() => iam.putRolePolicy("relay", "put", policy({ ...allowPut, NotResource: "*" }))),
    ).toEqual({
      code: "MalformedPolicyDocument",
      status: 400,
      message: 'The policy is not valid: Statement.0.NotResource: element "NotResource" is not known.',
    });
    expect(refusalOf(() => iam.putRolePolicy("nobody", "put", policy(allowPut)))).toHaveProperty(
      "code",
      "NoSuchEntity",
    );
  });
});
