import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { actionPattern, arnPattern, likePattern, resourcePattern } from "../../../local/iam/pattern.ts";

/** Character by character, from IAM's definition of the two wildcards. */
function matchesByDefinition(pattern: string, value: string): boolean {
  const [first] = pattern;
  if (first === undefined) return value === "";
  if (first === "*") {
    return (
      matchesByDefinition(pattern.slice(1), value) ||
      (value !== "" && matchesByDefinition(pattern, value.slice(1)))
    );
  }
  return (
    value !== "" &&
    (first === "?" || first === value[0]) &&
    matchesByDefinition(pattern.slice(1), value.slice(1))
  );
}

const alphabet = fc.constantFrom("a", "b", "*", "?", ".", "\\", "[", "(", "|", "^", "$", "\n", ":");
const texts = fc.array(alphabet, { maxLength: 8 }).map((characters) => characters.join(""));

describe("wildcards", () => {
  test("agree with the definition of * and ? on any text", () => {
    fc.assert(
      fc.property(texts, texts, (pattern, value) => {
        expect(likePattern(pattern).matches(value)).toBe(matchesByDefinition(pattern, value));
      }),
      { numRuns: 3_000 },
    );
  });

  test("agree with the definition on values made from the pattern", () => {
    fc.assert(
      fc.property(texts, texts, texts, (head, middle, tail) => {
        expect(likePattern(`${head}*${tail}`).matches(`${head}${middle}${tail}`)).toBe(true);
      }),
    );
  });

  test("of an action ignore case", () => {
    expect(actionPattern("DynamoDB:get*").matches("dynamodb:GetItem")).toBe(true);
    expect(actionPattern("dynamodb:Get*").matches("dynamodb:PutItem")).toBe(false);
  });
});

describe("a Resource element", () => {
  test.each([
    ["arn:aws:sqs:us-east-1:000000000000:deliveries", "arn:aws:sqs:us-east-1:000000000000:deliveries", true],
    ["arn:aws:sqs:us-east-1:000000000000:deliveries", "arn:aws:sqs:us-east-1:000000000000:Deliveries", false],
    [
      "arn:aws:sqs:us-east-1:000000000000:deliveries",
      "arn:aws:sqs:us-east-1:000000000000:deliveries2",
      false,
    ],
    [
      "arn:aws:dynamodb:*:000000000000:table/p*s",
      "arn:aws:dynamodb:us-east-1:000000000000:table/peers",
      true,
    ],
    [
      "arn:aws:logs:us-east-1:000000000000:log-group:/a:*",
      "arn:aws:logs:us-east-1:000000000000:log-group:/a:log-stream:x",
      true,
    ],
    [
      "arn:aws:logs:us-east-1:000000000000:log-group:/a:*",
      "arn:aws:logs:us-east-1:000000000000:log-group:/ab:log-stream:x",
      false,
    ],
    [
      "arn:aws:logs:us-east-1:000000000000:log-group:a*b",
      "arn:aws:logs:us-east-1:000000000000:log-group:a:log-stream:b",
      false,
    ],
    [
      "arn:aws:logs:us-east-1:000000000000:log-group?a",
      "arn:aws:logs:us-east-1:000000000000:log-group:a",
      false,
    ],
    ["arn:aws:sqs:*", "arn:aws:sqs:us-east-1:000000000000:deliveries", true],
    ["*", "arn:aws:sqs:us-east-1:000000000000:deliveries", true],
  ])("%s on %s: %s", (pattern, arn, expected) => {
    expect(resourcePattern(pattern).matches(arn)).toBe(expected);
  });
});

describe("an ARN condition", () => {
  test.each([
    ["arn:aws:execute-api:*:*:api/v1/*", "arn:aws:execute-api:us-east-1:000000000000:api/v1/$connect", true],
    ["arn:aws:execute-api:*:api/v1/*", "arn:aws:execute-api:us-east-1:000000000000:api/v1/$connect", false],
    ["arn:aws:lambda:*:*:function:*", "arn:aws:lambda:us-east-1:000000000000:function:relay:1", true],
    ["arn:aws:lambda:*:*:function:relay", "not an ARN", false],
  ])("%s on %s: %s", (pattern, arn, expected) => {
    expect(arnPattern(pattern).matches(arn)).toBe(expected);
  });
});
