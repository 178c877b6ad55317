import { beforeAll, describe, expect, test } from "@jest/globals";
import { inventory, only, type Recorded, recordedProgram } from "../recorded-program.ts";
import { declareWholeProgram, wholeProgram } from "../whole-program.ts";

const api = "arn:aws:apigateway:us-east-1:111122223333:billing";
const invoke = { Principal: "*", Action: "execute-api:Invoke" };
const anyone = { Effect: "Allow", ...invoke, Resource: `${api}/*` };
const statements = (recorded: readonly Recorded[]) => {
  const policy = only(recorded, "aws:apigateway/restApiPolicy:RestApiPolicy", "billing");
  return JSON.parse(String(policy.policy)).Statement;
};

describe("a billing API without a list of addresses", () => {
  let recorded: Recorded[];
  beforeAll(async () => {
    ({ recorded } = await wholeProgram());
  });

  test("may be called by anyone, and says so in a policy that can be changed at night", () => {
    expect(statements(recorded)).toEqual([anyone]);
  });

  test("has no web ACL", () => {
    expect(inventory(recorded)).not.toContain("billing WebAclAssociation");
  });
});

describe("a billing API with addresses and a web ACL", () => {
  const webAclArn = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/mine/1234";
  let recorded: Recorded[];
  beforeAll(async () => {
    const guard = { allowedIps: ["203.0.113.0/24", "2001:db8::/32"], webAclArn };
    recorded = await recordedProgram(() => declareWholeProgram(["https://app.example.com"], guard));
  });

  test("refuses every other address on the paths of pages, and takes Stripe's events from any", () => {
    expect(statements(recorded)).toEqual([
      anyone,
      {
        Effect: "Deny",
        ...invoke,
        Resource: [
          `${api}/*/*/proofs`,
          `${api}/*/*/plans`,
          `${api}/*/*/subscriptions`,
          `${api}/*/*/subscription`,
          `${api}/*/*/subscription/cancel`,
          `${api}/*/*/subscription/resume`,
          `${api}/*/*/subscription/change`,
          `${api}/*/*/portal`,
        ],
        Condition: { NotIpAddress: { "aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"] } },
      },
    ]);
  });

  test("has the web ACL before its stage", () => {
    expect(only(recorded, "aws:wafv2/webAclAssociation:WebAclAssociation", "billing")).toEqual({
      resourceArn: api,
      webAclArn,
    });
  });
});
