import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { matchPath } from "../../../local/loopback/match-path.ts";

test.each([
  ["", "", {}],
  ["/health", "/health", {}],
  ["/functions/{name}/kill", "/functions/RelayServer/kill", { name: "RelayServer" }],
  ["/connections/{id}/vanish", "/connections/aB1%3D/vanish", { id: "aB1=" }],
  ["/{a}/{b}", "/1/__proto__", { a: "1", b: "__proto__" }],
])("%s takes %s", (route, path, parameters) => {
  expect(matchPath(route, path)).toEqual(parameters);
});

test.each([
  ["/health", "/health/"],
  ["/health", "/Health"],
  ["/functions/{name}/kill", "/functions//kill"],
  ["/functions/{name}/kill", "/functions/a/b/kill"],
  ["/functions/{name}/kill", "/functions/%E0%A4%A/kill"],
  ["/functions/{name}/kill", "/functions/a/freeze"],
])("%s does not take %s", (route, path) => {
  expect(matchPath(route, path)).toBeUndefined();
});

test("gives back what was encoded, whatever it was", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (id) => {
      expect(matchPath("/connections/{id}/vanish", `/connections/${encodeURIComponent(id)}/vanish`)).toEqual({
        id,
      });
    }),
  );
});
