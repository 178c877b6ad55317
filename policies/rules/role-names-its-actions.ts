import type { Rule } from "../rule.ts";

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
}

/** Least privilege: what a role may do is written out. */
export const roleNamesItsActions: Rule = {
  name: "role-names-its-actions",
  description:
    "No Allow statement of a role has a wildcard action, NotAction, NotResource, or the resource *.",
  types: ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"],
  violations: ({ props }) => {
    // Not known before the first deployment: the ARNs in it are not.
    if (typeof props.policy !== "string") return [];
    return statements(props.policy).flatMap((statement) => {
      if (statement.Effect !== "Allow") return [];
      const actions = list(statement.Action);
      const resources = list(statement.Resource);
      return [
        ...actions
          .filter((action) => action.includes("*"))
          .map((action) => `Write the actions of ${action} out.`),
        ...(resources.includes("*") ? ["Name the resources instead of *."] : []),
        ...(statement.NotAction === undefined ? [] : ["Use Action instead of NotAction."]),
        ...(statement.NotResource === undefined ? [] : ["Use Resource instead of NotResource."]),
      ];
    });
  },
};

function statements(policy: string): Statement[] {
  const { Statement } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  return Array.isArray(Statement) ? Statement : Statement ? [Statement] : [];
}

function list(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
}
