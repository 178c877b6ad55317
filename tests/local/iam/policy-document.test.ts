import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MalformedPolicyError, parsePolicy } from "../../../local/iam/policy-document.ts";
import { policy } from "./policies.ts";

const send = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" };
const trust = { Effect: "Allow", Action: "sts:AssumeRole" };
const when = (condition: unknown) => policy({ ...send, Condition: condition });

describe("a policy document", () => {
  test("has one statement or a list of them", () => {
    expect(parsePolicy(policy(send, send), "identity").statements).toHaveLength(2);
    expect(
      parsePolicy(JSON.stringify({ Version: "2012-10-17", Id: "one", Statement: send }), "identity")
        .statements,
    ).toHaveLength(1);
  });

  test("may write a boolean condition value without quotes", () => {
    const [statement] = parsePolicy(when({ Bool: { "aws:SecureTransport": false } }), "identity").statements;
    expect(statement?.conditions[0]?.holds(new Map([["aws:securetransport", ["false"]]]))).toBe(true);
  });
});

describe("is refused, naming the element", () => {
  test.each([
    ["{", "document: not JSON"],
    ["[]", 'Version: element "Version" is missing'],
    [JSON.stringify({ Version: "2008-10-17", Statement: send }), "Version: expected the version 2012-10-17"],
    [policy(), "Statement: expected at least one statement"],
    [
      JSON.stringify({ Version: "2012-10-17", Statement: send, Extra: 1 }),
      'Extra: element "Extra" is not known',
    ],
    [policy({ ...send, NotResource: "*" }), 'Statement.0.NotResource: element "NotResource" is not known'],
    [policy(send, { ...send, Principal: "*" }), 'Statement.1.Principal: element "Principal" is not known'],
    [policy({ ...send, Effect: "allow" }), "Statement.0.Effect: Invalid type"],
    [
      policy({ Effect: "Allow", Action: "sqs:SendMessage" }),
      'Statement.0.Resource: element "Resource" is missing',
    ],
    [
      policy({ Effect: "Allow", Resource: "*" }),
      "Statement.0: expected either element Action or element NotAction",
    ],
    [
      policy({ ...send, NotAction: "sqs:A" }),
      "Statement.0: expected either element Action or element NotAction",
    ],
    [policy({ ...send, Action: [] }), "Statement.0.Action: expected at least one value"],
    [
      policy({ ...send, Action: "SendMessage" }),
      'Statement.0.Action.0: action "SendMessage" is not service:Action',
    ],
    [
      policy({ ...send, Resource: ["*", "deliveries"] }),
      'Statement.0.Resource.1: resource "deliveries" is neither an ARN nor *',
    ],
    [policy({ ...send, Resource: "arn:aws:*:us-east-1:000000000000:x" }), "is neither an ARN nor *"],
    [policy({ ...send, Resource: "arn:aws:sqs:us-east-1" }), "is neither an ARN nor *"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    [policy({ ...send, Resource: "arn:aws:sqs:::${aws:PrincipalArn}" }), "policy variables are not known"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    [when({ StringLike: { "aws:SourceAccount": "${*}" } }), "policy variables are not known"],
    [when([]), "Statement.0.Condition: expected an object of condition operators"],
    [when({}), "Statement.0.Condition: expected an object of condition operators"],
    [when({ StringEquals: {} }), "condition operator StringEquals: expected an object of condition keys"],
    [
      when({ StringEquals: { "aws:SourceAccount": [] } }),
      "condition key aws:SourceAccount: expected at least one value",
    ],
    [when({ StringEquals: { "aws:SourceAccount": 1 } }), "condition key aws:SourceAccount: Invalid type"],
    [when({ DateLessThan: { "aws:SourceAccount": "1" } }), "condition operator DateLessThan is not known"],
  ])("%s", (json, message) => {
    expect(() => parsePolicy(json, "identity")).toThrow(MalformedPolicyError);
    expect(() => parsePolicy(json, "identity")).toThrow(message);
  });

  test.each([
    [{}, 'element "Principal" is missing'],
    [{ Principal: "lambda.amazonaws.com" }, "Statement.0.Principal: expected *, AWS or Service"],
    [{ Principal: {} }, "Statement.0.Principal: expected at least one principal"],
    [{ Principal: { Federated: "x" } }, 'principal "Federated" is not known'],
    [{ Principal: { Service: "*" } }, 'service principal "*" is not known'],
    [{ Principal: { AWS: "arn:aws:iam::000000000000:role/*" } }, 'role/*" is not known'],
    [{ NotPrincipal: "*" }, 'element "NotPrincipal" is not known'],
    [{ Principal: "*", Resource: "*" }, 'element "Resource" is not known'],
  ])("in a trust policy: %j", (element, message) => {
    expect(() => parsePolicy(policy({ ...trust, ...element }), "trust")).toThrow(message);
  });

  test.each(["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"])(
    "a member called %s, wherever it is",
    (name) => {
      const member = `${JSON.stringify(name)}: { "aws:SourceAccount": "1" }`;
      const statement = `"Effect": "Allow", "Action": "*", "Resource": "*"`;
      const places = [
        `{ "Version": "2012-10-17", ${member}, "Statement": { ${statement} } }`,
        `{ "Version": "2012-10-17", "Statement": { ${statement}, ${member} } }`,
        `{ "Version": "2012-10-17", "Statement": { ${statement}, "Condition": { ${member} } } }`,
        `{ "Version": "2012-10-17", "Statement": { ${statement}, "Condition": { "StringEquals": { "${name}": "1" } } } }`,
      ];
      for (const json of places) expect(() => parsePolicy(json, "identity")).toThrow("is not known");
    },
  );
});

describe("the parser", () => {
  test("answers any JSON with a policy or a MalformedPolicyError", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string()),
        fc.constantFrom("identity", "resource", "trust"),
        (json, kind) => {
          expect(() => parsePolicy(json, kind as "identity")).toThrow(MalformedPolicyError);
        },
      ),
    );
  });

  test("refuses every statement with one element it does not know", () => {
    const known = ["Sid", "Effect", "Action", "NotAction", "Resource", "Condition"];
    const names = fc.string({ minLength: 1 }).filter((name) => !known.includes(name));
    fc.assert(
      fc.property(names, fc.jsonValue(), (name, value) => {
        const statement = Object.fromEntries([...Object.entries(send), [name, value]]);
        expect(() => parsePolicy(policy(statement), "identity")).toThrow("is not known");
      }),
    );
  });

  test("answers any value of any element with a policy or a MalformedPolicyError", () => {
    const element = fc.constantFrom("Sid", "Effect", "Action", "Resource", "Condition");
    fc.assert(
      fc.property(element, fc.jsonValue(), (name, value) => {
        try {
          parsePolicy(policy({ ...send, [name]: value }), "identity");
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedPolicyError);
        }
      }),
    );
  });
});
