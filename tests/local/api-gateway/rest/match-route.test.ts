import { expect, test } from "@jest/globals";
import { emptyDefinition, methodKey } from "../../../../local/api-gateway/rest/api-definition.ts";
import { routeMatcher } from "../../../../local/api-gateway/rest/match-route.ts";

const definition = emptyDefinition("root");
for (const [id, parentId, pathPart, path, ...methods] of [
  ["pets", "root", "pets", "/pets", "GET", "POST"],
  ["pet", "pets", "{id}", "/pets/{id}", "GET"],
  ["mine", "pets", "mine", "/pets/mine", "ANY"],
  ["rest", "pets", "{rest+}", "/pets/{rest+}", "GET"],
  ["toys", "pet", "toys", "/pets/{id}/toys", "GET"],
] as const) {
  definition.resources.set(id, { id, parentId, pathPart, path });
  for (const httpMethod of methods) {
    definition.methods.set(methodKey(id, httpMethod), {
      ...{ resourceId: id, httpMethod },
      requestModels: {},
      requestParameters: {},
    });
  }
}
const match = routeMatcher(definition);

test.each([
  ["GET", "/pets", "/pets", {}],
  ["GET", "/pets/", "/pets", {}],
  ["GET", "/p%65ts", "/pets", {}],
  ["GET", "/pets/7", "/pets/{id}", { id: "7" }],
  ["GET", "/pets/a%2Fb", "/pets/{id}", { id: "a/b" }],
  ["GET", "/pets/%zz", "/pets/{id}", { id: "%zz" }],
  ["DELETE", "/pets/mine", "/pets/mine", {}],
  ["GET", "/pets/7/toys", "/pets/{id}/toys", { id: "7" }],
  ["GET", "/pets/7/toys/red", "/pets/{rest+}", { rest: "7/toys/red" }],
])("%s %s is served by %s", (method, path, resource, pathParameters) => {
  const found = match(path, method);
  expect([found?.resource.path, found?.pathParameters]).toEqual([resource, pathParameters]);
});

test.each([
  ["GET", "/"],
  ["GET", ""],
  ["PUT", "/pets"],
  ["GET", "/Pets"],
  ["GET", "//pets"],
  ["GET", "/pets//"],
  ["DELETE", "/pets/7"],
])("%s %s has no route", (method, path) => {
  expect(match(path, method)).toBeUndefined();
});
