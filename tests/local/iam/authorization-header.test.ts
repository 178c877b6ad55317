import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseAuthorization } from "../../../local/iam/authorization-header.ts";

const signature = "0123456789abcdef".repeat(4);
const credential = "Credential=ASIAAAAAAAAAAAAAAAAA/20260101/us-east-1/sqs/aws4_request";
const header = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host;x-amz-date, Signature=${signature}`;

describe("the Authorization header", () => {
  test("is parsed with or without spaces after its commas", () => {
    const parsed = {
      accessKeyId: "ASIAAAAAAAAAAAAAAAAA",
      date: "20260101",
      region: "us-east-1",
      service: "sqs",
      signedHeaders: ["host", "x-amz-date"],
      signature,
    };
    expect(parseAuthorization(header)).toEqual(parsed);
    expect(parseAuthorization(header.replaceAll(", ", ","))).toEqual(parsed);
  });

  test.each([
    ["Bearer token", "Unsupported algorithm: only AWS4-HMAC-SHA256 is accepted."],
    [header.replace("SHA256", "SHA1"), "Unsupported algorithm: only AWS4-HMAC-SHA256 is accepted."],
    [header.replace("Credential=", "X="), 'Authorization header requires "Credential" parameter.'],
    [header.replace("SignedHeaders=", "X="), 'Authorization header requires "SignedHeaders" parameter.'],
    [header.replace("Signature=", "X="), 'Authorization header requires "Signature" parameter.'],
    [
      header.replace("/aws4_request", ""),
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.",
    ],
    [header.replace("host;", "Host;"), "SignedHeaders must be header names in lower case."],
    [header.replace(/.$/, ""), "Signature must be 64 hexadecimal digits."],
    [`${header}${" ".repeat(4_096)}`, "Authorization header is too long."],
  ])("%s is refused", (text, message) => {
    expect(parseAuthorization(text)).toBe(message);
  });

  test("of any other text is refused with a sentence", () => {
    const parts = fc.array(
      fc.oneof(fc.constantFrom(credential, "SignedHeaders=host", "Signature=", "="), fc.string()),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          parts.map((list) => `AWS4-HMAC-SHA256 ${list.join(",")}`),
        ),
        (text) => {
          expect(typeof parseAuthorization(text)).toBe("string");
        },
      ),
    );
  });
});
