import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseForm } from "../../../../local/stripe/api/form.ts";
import { StripeError } from "../../../../local/stripe/api/stripe-error.ts";

test.each([
  ["a=1", { a: "1" }],
  ["a[b]=1&a[c][d]=2", { a: { b: "1", c: { d: "2" } } }],
  [
    "items[0][price]=p&items[0][quantity]=2&items[1][price]=q",
    { items: [{ price: "p", quantity: "2" }, { price: "q" }] },
  ],
  ["expand[]=x&expand[]=y", { expand: ["x", "y"] }],
  ["items[1]=b&items[0]=a", { items: ["a", "b"] }],
  ["metadata[]=", { metadata: [""] }],
  ["a=Zo%C3%AB+x", { a: "Zoë x" }],
  ["", {}],
])("reads %s", (text, expected) => {
  expect(JSON.parse(JSON.stringify(parseForm(text)))).toEqual(expected);
});

test.each([
  ["a[b=1", "Invalid parameter name"],
  ["a]=1", "Invalid parameter name"],
  ["[a]=1", "Invalid parameter name"],
  ["a=1&a[b]=2", "is a value and a map"],
  ["a[b]=2&a=1", "is a value and a map"],
  ["a[b][c][d][e][f][g][h][i]=1", "at most 8 levels"],
  [Array.from({ length: 1_001 }, (_, index) => `a${index}=1`).join("&"), "at most 1000 are taken"],
])("refuses %s", (text, message) => {
  expect(() => parseForm(text)).toThrow(message);
});

test("a list never becomes as long as its highest place", () => {
  expect(parseForm("a[9999]=x")).toEqual(expect.objectContaining({ a: ["x"] }));
});

test("names of JavaScript's own are names like any other, and change nothing else", () => {
  const form = parseForm("__proto__[polluted]=1&constructor=2&metadata[__proto__]=3");
  expect(Object.keys(form)).toEqual(["__proto__", "constructor", "metadata"]);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});

test("takes or refuses any text, and never breaks", () => {
  const name = fc.string({
    unit: fc.constantFrom("a", "b", "[", "]", "0", "1", "=", "&", "%", "_"),
    maxLength: 30,
  });
  fc.assert(
    fc.property(name, (text) => {
      try {
        JSON.stringify(parseForm(text));
      } catch (error) {
        expect(error).toBeInstanceOf(StripeError);
      }
    }),
  );
});
