import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Decision, evaluate } from "../../../local/iam/evaluate.ts";
import type { Principal } from "../../../local/iam/iam.ts";
import { parsePolicy } from "../../../local/iam/policy-document.ts";
import { asRelay, policy, queueArn, relayRole } from "./policies.ts";

const action = "sqs:SendMessage";
const allow = { Effect: "Allow", Action: action, Resource: queueArn };
const deny = { ...allow, Effect: "Deny" };
const gateway: Principal = { kind: "service", service: "apigateway.amazonaws.com" };

function decide(identity: string[], resource: string[], principal: Principal = asRelay): Decision {
  return evaluate({
    principal,
    action,
    resource: queueArn,
    context: new Map(),
    identityPolicies: identity.map((json) => parsePolicy(json, "identity")),
    resourcePolicies: resource.map((json) => parsePolicy(json, "resource")),
  });
}

describe("one call of a role", () => {
  test("is allowed by an identity policy alone", () => {
    expect(decide([policy(allow)], []).kind).toBe("allowed");
  });

  test("is allowed by a resource policy alone", () => {
    expect(decide([], [policy({ ...allow, Principal: { AWS: relayRole.arn } })]).kind).toBe("allowed");
  });

  test("is denied when nothing allows it", () => {
    expect(decide([policy({ ...allow, Action: "sqs:Receive*" })], [])).toEqual({ kind: "implicitly denied" });
    expect(decide([policy({ ...allow, Resource: `${queueArn}2` })], [])).toEqual({
      kind: "implicitly denied",
    });
    expect(decide([], [])).toEqual({ kind: "implicitly denied" });
  });

  test("is denied by a resource policy that denies everyone", () => {
    const closed = policy({ ...deny, Principal: "*" });
    expect(decide([policy(allow)], [closed])).toEqual({ kind: "explicitly denied", by: "resource" });
  });

  test("is not allowed by a statement about every other action", () => {
    const { Action, ...rest } = allow;
    expect(decide([policy({ ...rest, NotAction: Action })], []).kind).toBe("implicitly denied");
    expect(decide([policy({ ...rest, NotAction: "sqs:Purge*" })], []).kind).toBe("allowed");
  });
});

describe("a resource policy", () => {
  const session = "arn:aws:sts::000000000000:assumed-role/relay/relay";
  test.each([
    ["*", "allowed"],
    [{ AWS: "*" }, "allowed"],
    [{ AWS: relayRole.arn }, "allowed"],
    [{ AWS: [`${relayRole.arn}2`, session] }, "allowed"],
    [{ AWS: `${relayRole.arn}2` }, "implicitly denied"],
    [{ AWS: "000000000000" }, "implicitly denied"],
    [{ AWS: "arn:aws:iam::000000000000:root" }, "implicitly denied"],
    [{ Service: "apigateway.amazonaws.com" }, "implicitly denied"],
  ])("that allows %j: the role's call is %s", (principal, kind) => {
    expect(decide([], [policy({ ...allow, Principal: principal })]).kind).toBe(kind);
  });

  test.each([["000000000000"], ["arn:aws:iam::000000000000:root"]])(
    "that denies the account %s denies its roles",
    (account) => {
      const denied = policy({ ...deny, Principal: { AWS: account } });
      expect(decide([policy(allow)], [denied]).kind).toBe("explicitly denied");
    },
  );

  test.each([
    [{ Service: "apigateway.amazonaws.com" }, "allowed"],
    [{ Service: ["scheduler.amazonaws.com", "apigateway.amazonaws.com"] }, "allowed"],
    ["*", "allowed"],
    [{ Service: "scheduler.amazonaws.com" }, "implicitly denied"],
    [{ AWS: relayRole.arn }, "implicitly denied"],
    [{ AWS: "000000000000" }, "implicitly denied"],
  ])("that allows %j: the service's call is %s", (principal, kind) => {
    expect(decide([], [policy({ ...allow, Principal: principal })], gateway).kind).toBe(kind);
  });

  test("is the only kind that can allow a service", () => {
    expect(decide([policy(allow)], [], gateway).kind).toBe("implicitly denied");
  });
});

describe("whatever the policies", () => {
  const effect = fc.constantFrom("Allow", "Deny");
  const actions = fc.constantFrom(action, "sqs:*", "*", "sqs:DeleteMessage", "SQS:SENDmessage");
  const resources = fc.constantFrom(queueArn, "*", `${queueArn}2`, "arn:aws:sqs:*:*:deliv*");
  const condition = fc.constantFrom(
    undefined,
    { StringEquals: { "aws:SourceAccount": "1" } },
    { StringNotEquals: { "aws:SourceAccount": "1" } },
  );
  const statement = fc
    .record({ Effect: effect, Action: actions, Resource: resources, Condition: condition })
    .map(({ Condition, ...rest }) => ({ ...rest, ...(Condition && { Condition }) }));
  const statements = fc.array(statement, { minLength: 1, maxLength: 5 });
  const named = (list: object[]) => policy(...list.map((one) => ({ ...one, Principal: "*" })));

  test("one matching Deny wins, in either kind and at any place", () => {
    fc.assert(
      fc.property(statements, statements, fc.nat(5), fc.boolean(), (identity, resource, at, inIdentity) => {
        const insert = (list: object[]) => [...list.slice(0, at), deny, ...list.slice(at)];
        const decision = inIdentity
          ? decide([policy(...insert(identity))], [named(resource)])
          : decide([policy(...identity)], [named(insert(resource))]);
        expect(decision.kind).toBe("explicitly denied");
      }),
    );
  });

  test("the order and the grouping of statements do not change the decision", () => {
    const shuffled = statements.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, shuffled, ([identity, identity2], [resource, resource2]) => {
        const together = decide([policy(...identity)], [named(resource)]);
        const apart = decide(
          identity2.map((one) => policy(one)),
          resource2.map((one) => named([one])),
        );
        expect({ ...apart, by: undefined }).toEqual({ ...together, by: undefined });
        if (together.kind === "explicitly denied") expect(apart).toEqual(together);
      }),
    );
  });

  test("a call that no Allow covers is never allowed", () => {
    fc.assert(
      fc.property(statements, statements, (identity, resource) => {
        const denies = (list: typeof identity) => list.map((one) => ({ ...one, Effect: "Deny" }));
        expect(decide([policy(...denies(identity))], [named(denies(resource))]).kind).not.toBe("allowed");
      }),
    );
  });
});
