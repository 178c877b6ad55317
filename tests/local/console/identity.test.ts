import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { identityInQuery, queryOf } from "../../../local/console/page/identity.ts";

test("opens one peer by the query of its tab", () => {
  expect(identityInQuery("?role=VIEWER&user=bob&channel=demo&clientId=bob-1")).toEqual({
    role: "VIEWER",
    user: "bob",
    channel: "demo",
    clientId: "bob-1",
  });
});

test.each(["", "?", "?role=", "?role=PEER", "?role=viewer", "?user="])("opens both peers by %j", (query) => {
  expect(identityInQuery(query)).toEqual({});
});

test("carries any names to the other tab unchanged", () => {
  const name = fc.string({ minLength: 1, unit: "grapheme" });
  fc.assert(
    fc.property(name, name, name, (user, channel, clientId) => {
      const viewer = { role: "VIEWER" as const, user, channel, clientId };
      expect(identityInQuery(queryOf(viewer))).toEqual(viewer);
    }),
  );
});
