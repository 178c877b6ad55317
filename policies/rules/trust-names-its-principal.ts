import { role } from "../aws.ts";
import { resourceRule } from "../rule.ts";
import { isBoundBy, type Statement } from "../statement.ts";

const githubIssuer = "token.actions.githubusercontent.com";

export const trustNamesItsPrincipal = resourceRule({
  name: "trust-names-its-principal",
  holds:
    "A role trusts named services or principals only, for named actions; a GitHub workflow by repository and branch or environment.",
  why: "A role that anyone may assume is a public key to the account; without a subject, any repository on GitHub may.",
  elsewhere: ["CKV_AWS_60", "CKV_AWS_61", "CKV_AWS_283", "CKV_AWS_358", "CKV_AWS_393"],
  types: [role],
  violations: (resource) =>
    resource
      .statements("assumeRolePolicy")
      .filter(({ effect }) => effect === "Allow")
      .flatMap((statement) => [
        ...(statement.principals.some(({ id }) => id.includes("*"))
          ? ["Name the principal instead of *."]
          : []),
        ...(statement.actions.some((action) => action.includes("*"))
          ? ["Write sts:AssumeRole, or the like, out."]
          : []),
        ...(isOpenToGithub(statement)
          ? [`Bind ${githubIssuer}:sub to a repository and its branch or environment.`]
          : []),
      ]),
});

function isOpenToGithub(statement: Statement): boolean {
  if (!statement.principals.some(({ kind, id }) => kind === "Federated" && id.includes(githubIssuer)))
    return false;
  const subject = statement.conditions.find(({ key }) => key === `${githubIssuer}:sub`);
  return !subject || !isBoundBy(statement, subject.key) || subject.values.some(isAnyRepository);
}

function isAnyRepository(subject: string): boolean {
  return !/^repo:[^*/]+\/[^*:]+:[^*]+/.test(subject);
}
