import { beforeEach, describe, expect, test } from "@jest/globals";
import { createIam } from "../../../local/iam/create-iam.ts";
import type { Iam } from "../../../local/iam/iam.ts";
import { asRelay, lambdaTrust, policy, queueArn, refusalOf, relayRole, tableArn } from "./policies.ts";

const put = { principal: asRelay, action: "dynamodb:PutItem", resource: tableArn, context: {} };
const allowPut = { Effect: "Allow", Action: "dynamodb:PutItem", Resource: tableArn };

let iam: Iam;

beforeEach(() => {
  iam = createIam({ clock: { now: () => Date.parse("2026-01-01T00:00:00Z") } });
  iam.putRole({ ...relayRole, assumeRolePolicy: lambdaTrust });
});

describe("the report of grants", () => {
  const both = policy({
    Effect: "Allow",
    Action: ["dynamodb:PutItem", "dynamodb:GetItem"],
    Resource: [tableArn, queueArn],
  });
  const row = (action: string, resource: string, uses: number) => ({
    holder: "relay",
    policy: "both",
    action: `dynamodb:${action}`,
    resource,
    uses,
  });

  test("counts each action and resource of a statement by the allowed calls that needed it", () => {
    iam.putRolePolicy("relay", "both", both);
    iam.authorize(put);
    iam.authorize(put);
    expect(refusalOf(() => iam.authorize({ ...put, action: "dynamodb:Query" }))).not.toBe("nothing");
    expect(iam.grants()).toEqual([
      row("PutItem", tableArn, 2),
      row("PutItem", queueArn, 0),
      row("GetItem", tableArn, 0),
      row("GetItem", queueArn, 0),
    ]);
  });

  test("says what a condition admits and no call has named", () => {
    const some = {
      ...{ Effect: "Allow", Action: "dynamodb:UpdateItem", Resource: tableArn },
      Condition: {
        "ForAllValues:StringEquals": {
          "dynamodb:Attributes": ["user", "version", "v"],
          "dynamodb:LeadingKeys": ["#reconciler"],
        },
      },
    };
    iam.putRolePolicy("relay", "both", policy(some));
    const update = (Attributes: string[], LeadingKeys = ["#reconciler"]) =>
      iam.authorize({
        ...{ ...put, action: "dynamodb:UpdateItem" },
        context: { "dynamodb:Attributes": Attributes, "dynamodb:LeadingKeys": LeadingKeys },
      });
    const unnamed = () => iam.grants().map(({ unnamed }) => unnamed);
    expect(refusalOf(() => update(["user", "other"]))).not.toBe("nothing");
    expect(unnamed()).toEqual([
      [
        ...["user", "version", "v"].map((name) => `dynamodb:Attributes ${name}`),
        "dynamodb:LeadingKeys #reconciler",
      ],
    ]);
    update(["user"]);
    expect(unnamed()).toEqual([["dynamodb:Attributes version", "dynamodb:Attributes v"]]);
    iam.putRolePolicy("relay", "both", policy(some));
    update(["v", "version"]);
    expect(unnamed()).toEqual([[]]);
  });

  test("keeps the counts of a policy that is put again, and forgets what is deleted", () => {
    iam.putRolePolicy("relay", "both", both);
    iam.authorize(put);
    iam.putRolePolicy("relay", "both", both);
    expect(iam.grants()).toContainEqual(row("PutItem", tableArn, 1));
    iam.putRolePolicy("relay", "both", policy(allowPut));
    expect(iam.grants()).toEqual([row("PutItem", tableArn, 0)]);
    iam.deleteRole("relay");
    expect(iam.grants()).toEqual([]);
  });

  test("counts nothing for a call that a Deny refused", () => {
    iam.putRolePolicy("relay", "both", policy(allowPut, { ...allowPut, Effect: "Deny" }));
    expect(refusalOf(() => iam.authorize(put))).not.toBe("nothing");
    expect(iam.grants()).toEqual([row("PutItem", tableArn, 0)]);
  });

  test("names the calls that were refused, by whom, and how often", () => {
    iam.putRolePolicy("relay", "both", policy(allowPut));
    iam.authorize(put);
    for (const action of ["dynamodb:Query", "dynamodb:Query", "dynamodb:Scan"])
      expect(refusalOf(() => iam.authorize({ ...put, action }))).not.toBe("nothing");
    expect(refusalOf(() => iam.assumeRole(relayRole.arn, "scheduler.amazonaws.com"))).not.toBe("nothing");
    expect(iam.denials()).toEqual([
      { caller: "relay", action: "dynamodb:Query", resource: tableArn, times: 2 },
      { caller: "relay", action: "dynamodb:Scan", resource: tableArn, times: 1 },
      {
        caller: "scheduler.amazonaws.com",
        action: "sts:AssumeRole",
        resource: relayRole.arn,
        times: 1,
      },
    ]);
  });

  test("shows a statement about every other action as one grant", () => {
    const { Action, ...rest } = allowPut;
    iam.putRolePolicy("relay", "both", policy({ ...rest, NotAction: [Action, "dynamodb:GetItem"] }));
    iam.authorize({ ...put, action: "dynamodb:Query" });
    expect(iam.grants()).toEqual([
      { ...row("", tableArn, 1), action: "not dynamodb:PutItem, dynamodb:GetItem" },
    ]);
  });
});
