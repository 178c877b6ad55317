import type * as v from "valibot";
import type { Account } from "../account.ts";

export interface Call<Parameters> {
  readonly account: Account;
  /** What stands in the path where the route has `{id}`; empty where it has none. */
  readonly id: string;
  readonly parameters: Parameters;
}

export interface ApiRoute {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly schema: v.GenericSchema;
  readonly answer: (call: Call<unknown>) => object;
}

/** A route of the API: `answer` gets the parameters as its schema parsed them, and throws a StripeError to refuse. */
export function route<Schema extends v.GenericSchema>(
  method: ApiRoute["method"],
  path: string,
  schema: Schema,
  answer: (call: Call<v.InferOutput<Schema>>) => object,
): ApiRoute {
  // The server parses with this very schema before it calls.
  return { method, path, schema, answer: (call) => answer(call as Call<v.InferOutput<Schema>>) };
}
