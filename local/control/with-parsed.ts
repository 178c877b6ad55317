import * as v from "valibot";
import { type Answer, problem } from "../loopback/capability-server.ts";

/** Answers with what `use` makes of a body that is JSON of this form; else 400 `body_invalid`, saying what is wrong where. */
export function withJson<Schema extends v.GenericSchema>(
  schema: Schema,
  body: string,
  use: (value: v.InferOutput<Schema>) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  const text = v.safeParse(v.pipe(v.string(), v.parseJson(undefined, "the body is not JSON")), body);
  const result = text.success ? v.safeParse(schema, text.output) : text;
  return result.success ? use(result.output) : problem(400, "body_invalid", describe(result.issues[0]));
}

/** Likewise of a query's parameters; else 400 `query_invalid`. */
export function withQuery<Schema extends v.GenericSchema>(
  schema: Schema,
  query: URLSearchParams,
  use: (value: v.InferOutput<Schema>) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  const result = v.safeParse(schema, Object.fromEntries(query));
  return result.success ? use(result.output) : problem(400, "query_invalid", describe(result.issues[0]));
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}
