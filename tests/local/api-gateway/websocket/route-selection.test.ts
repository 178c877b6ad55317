import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  parseRouteSelectionExpression,
  selectRoute,
} from "../../../../local/api-gateway/websocket/route-selection.ts";

const routes = new Map(
  ["$connect", "$disconnect", "$default", "SDP_OFFER", "7", "true"].map((key) => [key, key]),
);
const select = (body: string) => selectRoute(["action"], body, routes);

test("reads both spellings of the expression, and nested members", () => {
  expect(parseRouteSelectionExpression("$request.body.action")).toEqual(["action"]);
  expect(parseRouteSelectionExpression(`\${request.body.data.kind}`)).toEqual(["data", "kind"]);
});

test.each([
  "action",
  "$request.header.x",
  "$request.body",
  "$request.body.",
  "$request.body.a[0]",
  `\${request.body.a}/x`,
])("refuses the expression %s", (expression) => {
  expect(() => parseRouteSelectionExpression(expression)).toThrow("not supported by the local cloud");
});

test("selects the route whose key is the value", () => {
  expect(select('{"action":"SDP_OFFER"}')).toBe("SDP_OFFER");
  expect(select('{"action":7}')).toBe("7");
  expect(select('{"action":true}')).toBe("true");
  expect(selectRoute(["data", "kind"], '{"data":{"kind":"SDP_OFFER"}}', routes)).toBe("SDP_OFFER");
});

test.each([
  "",
  "hello",
  "null",
  "[]",
  '"SDP_OFFER"',
  "{}",
  '{"action":null}',
  '{"action":["SDP_OFFER"]}',
  '{"action":{}}',
  '{"action":"unknown"}',
  '{"action":"$connect"}',
  '{"action":"$disconnect"}',
  '{"action":"$default"}',
  '{"action":"constructor"}',
  '{"__proto__":{"action":"SDP_OFFER"}}',
])("selects $default for %s", (body) => {
  expect(select(body)).toBe("$default");
});

test("selects nothing without $default", () => {
  expect(selectRoute(["action"], "hello", new Map([["SDP_OFFER", 1]]))).toBeUndefined();
  expect(selectRoute(["action"], '{"action":"$connect"}', new Map([["$connect", 1]]))).toBeUndefined();
});

test("never throws and never selects $connect or $disconnect, whatever a client sends", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      expect(["$connect", "$disconnect"]).not.toContain(select(body));
    }),
  );
});

test("survives a body nested deeper than the stack", () => {
  expect(select(`{"action":${"[".repeat(60_000)}`)).toBe("$default");
});
