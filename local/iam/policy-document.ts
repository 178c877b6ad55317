import * as v from "valibot";
import { type Statement, statements, unknownElement } from "./policy-statement.ts";

/** Where a policy is attached: to a role, to a resource, or to a role as its trust policy. */
export type PolicyKind = keyof typeof statements;

export interface PolicyDocument {
  readonly statements: readonly Statement[];
}

/** What is wrong with a policy document, in one sentence that names the element. */
export class MalformedPolicyError extends Error {
  override readonly name = "MalformedPolicyError";
}

const documents = {
  identity: documentOf(statements.identity),
  resource: documentOf(statements.resource),
  api: documentOf(statements.api),
  trust: documentOf(statements.trust),
};

/**
 * Parses a policy document of version 2012-10-17. Throws MalformedPolicyError for anything that the
 * evaluator would not honour: elements, operators, condition keys and variables that it does not know.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export function parsePolicy(json: string, kind: PolicyKind): PolicyDocument {
  const result = v.safeParse(documents[kind], parseJson(json));
  if (result.success) return { statements: result.output.Statement };
  const issue = result.issues[0];
  throw new MalformedPolicyError(`${v.getDotPath(issue) ?? "document"}: ${issue.message}`);
}

function documentOf(statement: v.GenericSchema<unknown, Statement>) {
  return v.strictObject(
    {
      Version: v.literal("2012-10-17", "expected the version 2012-10-17"),
      Id: v.optional(v.string()),
      Statement: v.pipe(
        v.unknown(),
        v.transform((value) => (Array.isArray(value) ? value : [value])),
        v.array(statement),
        v.minLength(1, "expected at least one statement"),
      ),
    },
    unknownElement,
  );
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new MalformedPolicyError("document: not JSON", { cause });
  }
}
