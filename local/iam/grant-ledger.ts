import type { RequestContext } from "./condition.ts";
import type { GrantUse } from "./iam.ts";
import type { Pattern } from "./pattern.ts";
import type { PolicyDocument } from "./policy-document.ts";
import type { Statement } from "./policy-statement.ts";

interface Grant {
  readonly holder: string;
  readonly policy: string;
  readonly actions: readonly Pattern[];
  readonly actionsNegated: boolean;
  readonly resource: Pattern | undefined;
  uses: number;
  /** Condition key → values of it that no call has had. */
  readonly unnamed: ReadonlyMap<string, Set<string>>;
}

/** Which action and resource of each Allow statement a call has needed, and how often. */
export class GrantLedger {
  readonly #grants = new Map<string, Grant>();
  readonly #ofStatement = new WeakMap<Statement, readonly Grant[]>();

  /**
   * Enters the grants of a policy. A statement that the holder's policy of this name had before keeps
   * its count. `policy` names the policy; without it, each grant is named by its Sid.
   */
  enter(holder: string, policy: string | undefined, document: PolicyDocument): void {
    for (const statement of document.statements) {
      if (statement.effect === "Allow")
        this.#ofStatement.set(statement, this.#enter(holder, policy, statement));
    }
  }

  /** Replaces what `enter` knew of this holder's policy; without a document it is forgotten. */
  replace(holder: string, policy: string, document?: PolicyDocument): void {
    const before = new Set(
      [...this.#grants]
        .filter(([, grant]) => grant.holder === holder && grant.policy === policy)
        .map(([key]) => key),
    );
    if (document) this.enter(holder, policy, document);
    const kept = new Set(document?.statements.flatMap((statement) => this.#ofStatement.get(statement) ?? []));
    for (const key of before) {
      const grant = this.#grants.get(key);
      if (grant && !kept.has(grant)) this.#grants.delete(key);
    }
  }

  /** Counts an allowed call for each grant of the statement that covers it. */
  count(statement: Statement, action: string, resource: string, context: RequestContext): void {
    for (const grant of this.#ofStatement.get(statement) ?? []) {
      const named = grant.actions.some((pattern) => pattern.matches(action));
      if (named === grant.actionsNegated || !(grant.resource?.matches(resource) ?? true)) continue;
      grant.uses++;
      for (const [key, values] of grant.unnamed) {
        if (values.size === 0) continue;
        for (const value of context.get(key.toLowerCase()) ?? []) values.delete(value);
      }
    }
  }

  report(): GrantUse[] {
    return [...this.#grants.values()].map((grant) => ({
      holder: grant.holder,
      policy: grant.policy,
      action: `${grant.actionsNegated ? "not " : ""}${grant.actions.map(({ text }) => text).join(", ")}`,
      resource: grant.resource?.text ?? "*",
      uses: grant.uses,
      ...(grant.unnamed.size > 0 && {
        unnamed: [...grant.unnamed].flatMap(([key, values]) => [...values].map((value) => `${key} ${value}`)),
      }),
    }));
  }

  #enter(holder: string, policy: string | undefined, statement: Statement): Grant[] {
    const { actions, actionsNegated, source } = statement;
    const name = policy ?? statement.sid ?? "resource policy";
    const resources = statement.resources ?? [undefined];
    return (actionsNegated ? [actions] : actions.map((one) => [one])).flatMap((some) =>
      resources.map((resource) => {
        const key = JSON.stringify([holder, name, source, some.map(({ text }) => text), resource?.text]);
        const grant = this.#grants.get(key) ?? {
          holder,
          policy: name,
          actions: some,
          actionsNegated,
          resource,
          uses: 0,
          unnamed: admittedBy(statement),
        };
        this.#grants.set(key, grant);
        return grant;
      }),
    );
  }
}

/** What the statement's conditions admit, by key, before any call. */
const admittedBy = ({ conditions }: Statement): Map<string, Set<string>> =>
  new Map(conditions.flatMap(({ admits }) => (admits ? [[admits.key, new Set(admits.values)]] : [])));
