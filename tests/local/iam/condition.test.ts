import { describe, expect, test } from "@jest/globals";
import { type Condition, parseCondition } from "../../../local/iam/condition.ts";

function condition(operator: string, key: string, ...values: string[]): Condition {
  const parsed = parseCondition(operator, key, values);
  if (typeof parsed === "string") throw new Error(parsed);
  return parsed;
}

const account = "aws:SourceAccount";
const source = "aws:SourceArn";
const attributes = "dynamodb:Attributes";
const connect = "arn:aws:execute-api:us-east-1:000000000000:api/v1/$connect";

describe("a condition on the caller's address", () => {
  const office = ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"];

  test.each([
    ["IpAddress", "203.0.113.9", true],
    ["IpAddress", "203.0.114.9", false],
    ["IpAddress", "198.51.100.7", true],
    ["IpAddress", "198.51.100.8", false],
    ["IpAddress", "2001:db8:1::1", true],
    ["IpAddress", "::ffff:203.0.113.9", true],
    ["NotIpAddress", "203.0.113.9", false],
    ["NotIpAddress", "127.0.0.1", true],
    ["NotIpAddress", "not an address", true],
  ])("%s of %s: %s", (operator, address, expected) => {
    const parsed = parseCondition(operator, "aws:SourceIp", office, true);
    if (typeof parsed === "string") throw new Error(parsed);
    expect(parsed.holds(new Map([["aws:sourceip", [address]]]))).toBe(expected);
  });

  test.each(["203.0.113.0/33", "203.0.113", "203.0.113.0/", "example.com", "::1/129", "10.0.0.0/8/8"])(
    "refuses %s",
    (range) => {
      expect(parseCondition("IpAddress", "aws:SourceIp", [range], true)).toBe(
        `condition value "${range}" is not one that IpAddress can compare`,
      );
    },
  );
});

describe("a condition on a key with one value", () => {
  test.each([
    ["StringEquals", account, ["1", "2"], "2", true],
    ["StringEquals", account, ["1"], "2", false],
    ["StringEquals", account, ["a"], "A", false],
    ["StringEquals", account, ["*"], "1", false],
    ["StringNotEquals", account, ["1", "2"], "2", false],
    ["StringNotEquals", account, ["1", "2"], "3", true],
    ["StringLike", account, ["1*"], "12", true],
    ["StringLike", account, ["1?"], "1", false],
    ["StringNotLike", account, ["1*", "2*"], "22", false],
    ["StringNotLike", account, ["1*"], "22", true],
    ["ArnEquals", source, ["arn:aws:execute-api:*:*:api/v1/*"], connect, true],
    ["ArnLike", source, ["arn:aws:execute-api:*:*:api/v1/*"], connect, true],
    ["ArnLike", source, ["arn:aws:execute-api:*:*:other/*"], connect, false],
    ["ArnNotEquals", source, ["arn:aws:execute-api:*:*:api/v1/*"], connect, false],
    ["ArnNotEquals", source, ["arn:aws:execute-api:*:*:other/*"], connect, true],
    ["Bool", "aws:SecureTransport", ["true"], "true", true],
    ["Bool", "aws:SecureTransport", ["FALSE"], "false", true],
    ["Bool", "aws:SecureTransport", ["false"], "true", false],
    ["Null", account, ["true"], "1", false],
    ["Null", account, ["false"], "1", true],
  ])("%s %s %j on %s: %s", (operator, key, values, value, expected) => {
    const context = new Map([[key.toLowerCase(), [value]]]);
    expect(condition(operator, key, ...values).holds(context)).toBe(expected);
  });

  test("finds the key whatever its case", () => {
    const context = new Map([["aws:sourceaccount", ["1"]]]);
    expect(condition("StringEquals", "AWS:sourceACCOUNT", "1").holds(context)).toBe(true);
  });
});

describe("a condition on a key with several values", () => {
  test.each([
    ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], true],
    ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
    ["ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], true],
    ["ForAnyValue:StringEquals", ["a", "b"], ["c"], false],
    ["ForAllValues:StringNotEquals", ["a"], ["b", "a"], false],
    ["ForAllValues:StringNotEquals", ["a"], ["b", "c"], true],
    ["ForAnyValue:StringNotEquals", ["a"], ["a", "b"], true],
    ["ForAnyValue:StringNotEquals", ["a", "b"], ["a", "b"], false],
    ["ForAllValues:StringLike", ["tenant-1#*"], ["tenant-1#x", "tenant-2#x"], false],
  ])("%s %j on %j: %s", (operator, values, given, expected) => {
    const context = new Map([["dynamodb:attributes", given]]);
    expect(condition(operator, attributes, ...values).holds(context)).toBe(expected);
  });
});

describe("a condition whose key is absent", () => {
  test.each([
    ["StringEquals", account, "1", false],
    ["StringLike", account, "*", false],
    ["StringNotEquals", account, "1", true],
    ["StringNotLike", account, "*", true],
    ["ArnLike", source, "arn:aws:sqs:*:*:*", false],
    ["ArnNotEquals", source, "arn:aws:sqs:*:*:*", true],
    ["Bool", "aws:SecureTransport", "false", false],
    ["BoolIfExists", "aws:SecureTransport", "false", true],
    ["StringEqualsIfExists", account, "1", true],
    ["StringNotEqualsIfExists", account, "1", true],
    ["ForAllValues:StringEquals", attributes, "a", true],
    ["ForAnyValue:StringEquals", attributes, "a", false],
    ["ForAnyValue:StringNotEquals", attributes, "a", false],
    ["ForAnyValue:StringEqualsIfExists", attributes, "a", true],
    ["Null", account, "true", true],
    ["Null", account, "false", false],
  ])("%s %s %s: %s", (operator, key, value, expected) => {
    expect(condition(operator, key, value).holds(new Map())).toBe(expected);
    expect(condition(operator, key, value).holds(new Map([[key.toLowerCase(), []]]))).toBe(expected);
  });
});

describe("a condition that is not known is refused", () => {
  test.each([
    ["StringEqualsIgnoreCase", account, "1", "condition operator StringEqualsIgnoreCase is not known"],
    ["stringequals", account, "1", "condition operator stringequals is not known"],
    [
      "ForSomeValues:StringEquals",
      attributes,
      "a",
      "condition operator ForSomeValues:StringEquals is not known",
    ],
    ["NullIfExists", account, "true", "condition operator NullIfExists is not known"],
    ["toString", account, "1", "condition operator toString is not known"],
    ["IpAddress", "aws:SourceIp", "10.0.0.0/8", "condition key aws:SourceIp is not known"],
    [
      "StringEquals",
      "aws:SecureTransport",
      "true",
      "condition operator StringEquals does not fit the key aws:SecureTransport",
    ],
    ["Bool", account, "true", "condition operator Bool does not fit the key aws:SourceAccount"],
    [
      "ArnLike",
      account,
      "arn:aws:sqs:::x",
      "condition operator ArnLike does not fit the key aws:SourceAccount",
    ],
    ["ArnLike", source, "deliveries", 'condition value "deliveries" is not one that ArnLike can compare'],
    ["Bool", "aws:SecureTransport", "yes", 'condition value "yes" is not one that Bool can compare'],
    ["Null", account, "yes", 'condition value "yes" is not one that Null can compare'],
    [
      "StringEquals",
      attributes,
      "a",
      "condition key dynamodb:Attributes has several values: StringEquals needs ForAllValues: or ForAnyValue:",
    ],
  ])("%s %s %s", (operator, key, value, message) => {
    expect(parseCondition(operator, key, [value])).toBe(message);
  });
});
