import * as v from "valibot";
import type { Lambda } from "../lambda/lambda.ts";
import { type Answer, json, problem, type Route } from "../loopback/capability-server.ts";
import { withJson } from "./with-parsed.ts";

const dayMs = 24 * 60 * 60 * 1_000;
const freezeRequest = v.strictObject({
  milliseconds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(dayMs)),
});

/**
 * `POST /functions/{name}/kill` ends the instances that are in the middle of an invocation and answers
 * `{ "killed" }`, how many. `POST /functions/{name}/freeze` `{ "milliseconds" }` (1 to one day of the local
 * clock) stops those there are and answers `{ "frozen" }`. `POST /functions/{name}/recycle` ends the idle
 * ones and answers `{ "recycled" }`.
 */
export const functionRoutes = (lambda: Pick<Lambda, "kill" | "freeze" | "recycle">): readonly Route[] => [
  {
    method: "POST",
    path: "/functions/{name}/kill",
    answer: ({ parameters: { name = "" } }) => counted(name, "killed", lambda.kill(name)),
  },
  {
    method: "POST",
    path: "/functions/{name}/freeze",
    answer: ({ parameters: { name = "" }, body }) =>
      withJson(freezeRequest, body, ({ milliseconds }) =>
        counted(name, "frozen", lambda.freeze(name, milliseconds)),
      ),
  },
  {
    method: "POST",
    path: "/functions/{name}/recycle",
    answer: async ({ parameters: { name = "" } }) => counted(name, "recycled", await lambda.recycle(name)),
  },
];

function counted(name: string, member: string, count: number | undefined): Answer {
  if (count !== undefined) return json({ [member]: count });
  return problem(404, "function_unknown", `There is no function ${name}.`);
}
