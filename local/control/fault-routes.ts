import * as v from "valibot";
import { faultRule } from "../faults/fault-rule.ts";
import type { Faults } from "../faults/faults.ts";
import { json, type Route } from "../loopback/capability-server.ts";
import { withJson, withQuery } from "./with-parsed.ts";

const rules = v.pipe(v.array(faultRule), v.maxLength(64));
const seedQuery = v.strictObject({
  seed: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,15}$/, "expected a whole number of up to 15 digits"),
      v.transform(Number),
    ),
  ),
});

/**
 * `PUT /faults?seed=N` takes a list of at most 64 rules in place of those in force, `GET /faults` answers
 * `{ "seed", "faults" }`, each with how often it `fired`, and `DELETE /faults` ends them all.
 */
export const faultRoutes = (faults: Omit<Faults, "through">): readonly Route[] => [
  { method: "GET", path: "/faults", answer: () => json(faults.list()) },
  {
    method: "PUT",
    path: "/faults",
    answer: ({ query, body }) =>
      withQuery(seedQuery, query, ({ seed }) =>
        withJson(rules, body, (replacement) => {
          faults.replace(replacement, seed);
          return json(faults.list());
        }),
      ),
  },
  {
    method: "DELETE",
    path: "/faults",
    answer: () => {
      faults.replace([]);
      return json(faults.list());
    },
  },
];
