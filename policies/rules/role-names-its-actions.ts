import { allowed, grantingTypes } from "../role-policies.ts";
import { resourceRule } from "../rule.ts";

export const roleNamesItsActions = resourceRule({
  name: "role-names-its-actions",
  holds: "No Allow statement of a role has a wildcard in an action, or NotAction.",
  why: "A wildcard also allows what the service adds next year. Least privilege is written out.",
  elsewhere: [
    "AwsSolutions-IAM5",
    "Serverless-LambdaStarPermissions",
    "HIPAA.Security-IAMPolicyNoStatementsWithAdminAccess",
    "NIST.800.53.R4-IAMPolicyNoStatementsWithAdminAccess",
    "NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess",
    "PCI.DSS.321-IAMPolicyNoStatementsWithAdminAccess",
    "HIPAA.Security-IAMPolicyNoStatementsWithFullAccess",
    "NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess",
    "PCI.DSS.321-IAMPolicyNoStatementsWithFullAccess",
    "CKV_AWS_1",
    "CKV_AWS_49",
    "CKV_AWS_62",
    "CKV_AWS_63",
    "CKV2_AWS_40",
  ],
  types: grantingTypes,
  violations: (resource) =>
    allowed(resource).flatMap(({ actions, notActions }) => [
      ...actions
        .filter((action) => action.includes("*"))
        .map((action) => `Write the actions of ${action} out.`),
      ...(notActions.length > 0 ? ["Use Action instead of NotAction."] : []),
    ]),
});
