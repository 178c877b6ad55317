import * as v from "valibot";
import type { Condition } from "./condition.ts";
import { conditionElement } from "./condition-element.ts";
import { fixedText } from "./fixed-text.ts";
import { oneOrMany } from "./one-or-many.ts";
import { actionPattern, type Pattern, resourcePattern } from "./pattern.ts";
import { type PrincipalPattern, principalElement } from "./policy-principal.ts";

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  /** Whom it names; undefined in an identity policy. */
  readonly principals: readonly PrincipalPattern[] | undefined;
  readonly actions: readonly Pattern[];
  /** True for NotAction: the statement is about every action but these. */
  readonly actionsNegated: boolean;
  /** Undefined in a trust policy, whose resource is its role. */
  readonly resources: readonly Pattern[] | undefined;
  readonly conditions: readonly Condition[];
  /** The statement as JSON text. */
  readonly source: string;
}

const action = v.pipe(
  v.string(),
  v.regex(/^(\*|[a-z0-9-]+:[a-z0-9*?]+)$/i, (issue) => `action ${issue.received} is not service:Action`),
);

/** The service segment takes no wildcard. A pattern with fewer than six segments ends in `*`. */
const resource = v.pipe(
  fixedText,
  v.regex(
    /^(\*|arn:[^:]+:[a-z0-9-]+:([^:]*:[^:]*:.+|.*\*))$/s,
    (issue) => `resource ${issue.received} is neither an ARN nor *`,
  ),
);

const common = {
  Sid: v.optional(v.string()),
  Effect: v.picklist(["Allow", "Deny"]),
  Action: v.optional(oneOrMany(action)),
  NotAction: v.optional(oneOrMany(action)),
  Condition: v.optional(conditionElement(false)),
};
const about = { Resource: oneOrMany(resource) };
const named = { Principal: principalElement };

/** What a statement is made of, by where its policy is attached. */
export const statements = {
  identity: statement(v.strictObject({ ...common, ...about }, unknownElement)),
  resource: statement(v.strictObject({ ...common, ...about, ...named }, unknownElement)),
  /** Of an API, which knows whence it is called. */
  api: statement(
    v.strictObject(
      { ...common, ...about, ...named, Condition: v.optional(conditionElement(true)) },
      unknownElement,
    ),
  ),
  trust: statement(v.strictObject({ ...common, ...named }, unknownElement)),
};

/** The message for an object that has an element too many or too few. */
export function unknownElement(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === "never") return `element ${issue.received} is not known`;
  if (issue.received === "undefined") return `element ${issue.expected} is missing`;
  return issue.message;
}

interface Elements {
  readonly Sid?: string | undefined;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string[] | undefined;
  readonly NotAction?: string[] | undefined;
  readonly Condition?: Condition[] | undefined;
  readonly Principal?: readonly PrincipalPattern[];
  readonly Resource?: string[];
}

function statement(elements: v.GenericSchema<unknown, Elements>): v.GenericSchema<unknown, Statement> {
  return v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = v.safeParse(elements, dataset.value);
      if (result.success) return { elements: result.output, source: JSON.stringify(dataset.value) };
      const unknown = result.issues.find(({ expected }) => expected === "never");
      const { message, path } = unknown ?? result.issues[0];
      addIssue({ message, ...(path && { path }) });
      return NEVER;
    }),
    v.check(
      (parsed) => (parsed.elements.Action === undefined) !== (parsed.elements.NotAction === undefined),
      "expected either element Action or element NotAction",
    ),
    v.transform((parsed) => toStatement(parsed.elements, parsed.source)),
  );
}

function toStatement(elements: Elements, source: string): Statement {
  return {
    sid: elements.Sid,
    effect: elements.Effect,
    principals: elements.Principal,
    actions: (elements.Action ?? elements.NotAction ?? []).map(actionPattern),
    actionsNegated: elements.NotAction !== undefined,
    resources: elements.Resource?.map(resourcePattern),
    conditions: elements.Condition ?? [],
    source,
  };
}
