import type { PolicyJson } from "../iam/iam.ts";
import type { FunctionPermission } from "./lambda.ts";

/** A function's resource policy: its permissions as AddPermission writes them into one document. */
export function functionPolicy(
  functionArn: string,
  permissions: Iterable<FunctionPermission>,
): PolicyJson | undefined {
  const statements = [...permissions].map((permission) => statementOf(functionArn, permission));
  if (statements.length === 0) return undefined;
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: statements });
}

function statementOf(functionArn: string, permission: FunctionPermission): object {
  const { statementId, action, principal, sourceArn, sourceAccount } = permission;
  const condition = {
    ...(sourceAccount !== undefined && { StringEquals: { "AWS:SourceAccount": sourceAccount } }),
    ...(sourceArn !== undefined && { ArnLike: { "AWS:SourceArn": sourceArn } }),
  };
  return {
    Sid: statementId,
    Effect: "Allow",
    Principal: principal.endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
    Action: action,
    Resource: functionArn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}
