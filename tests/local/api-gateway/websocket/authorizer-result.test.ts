import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decideFromAuthorizerResult } from "../../../../local/api-gateway/websocket/authorizer-result.ts";

const methodArn = "arn:aws:execute-api:us-east-1:000000000000:abcdefghij/v1/$connect";
const statement = (
  Effect: unknown,
  Resource: unknown = methodArn,
  Action: unknown = "execute-api:Invoke",
) => ({
  Effect,
  Action,
  Resource,
});
const decide = (Statement: unknown, context?: unknown) =>
  decideFromAuthorizerResult(
    { principalId: "u1", policyDocument: { Version: "2012-10-17", Statement }, context },
    methodArn,
  );

describe("the policy", () => {
  test.each([
    [[statement("Allow")], "allowed"],
    [[statement("Allow", "*")], "allowed"],
    [[statement("Allow", "arn:aws:execute-api:*:*:abcdefghij/v?/*")], "allowed"],
    [[statement("Allow", [methodArn, "other"], ["x:Y", "execute-api:invoke"])], "allowed"],
    [[statement("Allow", methodArn, "execute-api:*")], "allowed"],
    [[], "denied"],
    [[statement("Deny")], "denied"],
    [[statement("Allow"), statement("Deny", "*", "*")], "denied"],
    [[statement("Allow", `${methodArn}x`)], "denied"],
    [[statement("Allow", "arn:aws:execute-api:us-east-1:000000000000:abcdefghij/v2/*")], "denied"],
    [[statement("Allow", methodArn, "execute-api:ManageConnections")], "denied"],
    [[statement("allow")], "malformed"],
    [[{ ...statement("Allow"), Condition: {} }], "malformed"],
    [[{ Effect: "Allow", NotAction: "x", Resource: "*" }], "malformed"],
    ["Allow", "malformed"],
  ])("%j is %s", (statements, kind) => {
    expect(decide(statements).kind).toBe(kind);
  });
});

describe("the context", () => {
  test("is passed on as text, with the principal", () => {
    expect(decide([statement("Allow")], { text: "a", number: 1.5, boolean: false })).toEqual({
      kind: "allowed",
      context: { text: "a", number: "1.5", boolean: "false", principalId: "u1" },
    });
  });

  test.each([{ list: [] }, { object: {} }, { nothing: null }, "text"])("%j is malformed", (context) => {
    expect(decide([statement("Allow")], context).kind).toBe("malformed");
  });

  test("may fill 8 KB of result and no more", () => {
    const size =
      8192 -
      JSON.stringify({
        principalId: "u1",
        policyDocument: { Version: "2012-10-17", Statement: [statement("Allow")] },
        context: { filler: "" },
      }).length;
    expect(decide([statement("Allow")], { filler: "x".repeat(size) }).kind).toBe("allowed");
    expect(decide([statement("Allow")], { filler: "x".repeat(size + 1) }).kind).toBe("malformed");
  });
});

test("says where a malformed result is wrong, never what it contained", () => {
  expect(decide([statement("secret-token")])).toEqual({
    kind: "malformed",
    reason: "policyDocument.Statement.0.Effect is not as documented.",
  });
});

test("calls anything else malformed, and never throws", () => {
  fc.assert(
    fc.property(fc.anything(), (result) => {
      expect(decideFromAuthorizerResult(result, methodArn).kind).toBe("malformed");
    }),
  );
});
