import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseTokenRequest } from "../../../local/issuer/token-request.ts";
import { anyCodePoint } from "../../any-code-point.ts";

const form = "application/x-www-form-urlencoded";

test.each([
  ["sub=alice", { kind: "valid", sub: "alice" }],
  ["sub=Zo%C3%AB+Smith", { kind: "valid", sub: "Zoë Smith" }],
  ["sub=alice&tenant=acme", { kind: "valid", sub: "alice", tenant: "acme" }],
  ["sub=alice&tenant=", { kind: "valid", sub: "alice" }],
  ["grant_type=client_credentials&scope=a&sub=alice", { kind: "valid", sub: "alice" }],
  [`sub=${"a".repeat(128)}`, { kind: "valid", sub: "a".repeat(128) }],
])("reads %s", (body, expected) => {
  expect(parseTokenRequest(form, body)).toEqual(expected);
});

test.each([
  ["", "sub is required"],
  ["sub=", "sub is required"],
  ["tenant=acme", "sub is required"],
  [`sub=${"a".repeat(129)}`, "sub must be 1 to 128 printable characters"],
  ["sub=a%00b", "sub must be 1 to 128 printable characters"],
  ["sub=a%0Ab", "sub must be 1 to 128 printable characters"],
  ["sub=a%E2%80%AEb", "sub must be 1 to 128 printable characters"],
  ["sub=alice&tenant=a%23b", "tenant must be 1 to 64 of a-z A-Z 0-9 _ . -"],
  ["sub=alice&sub=bob", "a field comes twice"],
])("refuses %j", (body, description) => {
  expect(parseTokenRequest(form, body)).toEqual({ kind: "invalid", description });
});

test("reads a form whose media type has parameters or capitals, and no other type", () => {
  expect(parseTokenRequest("Application/X-WWW-Form-URLencoded; charset=UTF-8", "sub=a").kind).toBe("valid");
  expect(parseTokenRequest("application/json", "sub=a").kind).toBe("invalid");
  expect(parseTokenRequest("", "sub=a").kind).toBe("invalid");
});

test("answers any body, and never lets a control character into a subject", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCodePoint }), (text) => {
      for (const body of [text, `sub=${encodeURIComponent(text.toWellFormed())}`]) {
        const request = parseTokenRequest(form, body);
        if (request.kind === "valid") expect(request.sub).not.toMatch(/\p{C}/u);
      }
    }),
  );
});
