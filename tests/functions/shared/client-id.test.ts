import { expect, test } from "@jest/globals";
import { clientIdProblem } from "../../../functions/shared/client-id.ts";

test.each(["ada", "a", "viewer-1.b_C", "master", "aws_x", "x".repeat(256)])("admits %s", (clientId) => {
  expect(clientIdProblem(clientId)).toBeUndefined();
});

test.each([
  "constructor",
  "toString",
  "toLocaleString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "__proto__",
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
  "AWS_",
  "AWS_master",
  "MASTER",
])("refuses %s as hostile", (clientId) => {
  expect(clientIdProblem(clientId)).toBe("hostile");
});

test.each(["", "a b", "é", "a#b", "a\n", "x".repeat(257)])("refuses %j as malformed", (clientId) => {
  expect(clientIdProblem(clientId)).toBe("malformed");
});
