import * as v from "valibot";
import { account } from "../account.ts";
import type { Services } from "../services.ts";
import { type ResourceHandler, resourceHandler, textOutput } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
const inputs = v.strictObject({
  /** Name or ARN. */
  function: v.string(),
  action: v.literal("lambda:InvokeFunction", "only lambda:InvokeFunction is granted here"),
  principal: v.string(),
  sourceArn: v.optional(v.pipe(v.string(), v.startsWith("arn:"))),
  sourceAccount: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/, "expected an account id"))),
  statementId: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/, "expected a statement id"))),
});

/** `aws:lambda/permission:Permission`: one statement of a function's resource policy. */
export function lambdaPermission({ lambda }: Pick<Services, "lambda">): ResourceHandler {
  const put = (declared: v.InferOutput<typeof inputs>, logicalName: string) => {
    const { function: functionName, action, principal, sourceArn, sourceAccount } = declared;
    const statementId = declared.statementId ?? logicalName;
    lambda.putPermission(functionName, {
      statementId,
      action,
      principal,
      ...(sourceArn !== undefined && { sourceArn }),
      ...(sourceAccount !== undefined && { sourceAccount }),
    });
    return { id: statementId, outputs: { ...declared, statementId, region: account.region } };
  };
  return resourceHandler({
    type: "aws:lambda/permission:Permission",
    inputs,
    create: put,
    replacedBy: ["statementId", "function", "action", "principal", "sourceArn", "sourceAccount"],
    read: (existing) => lambda.permission(textOutput(existing, "function"), existing.id) && {},
    update: (existing) => existing,
    delete: (existing) => lambda.deletePermission(textOutput(existing, "function"), existing.id),
  });
}
