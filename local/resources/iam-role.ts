import { createHash } from "node:crypto";
import * as v from "valibot";
import { localArn } from "../account.ts";
import { recordOf } from "../record-of.ts";
import type { Services } from "../services.ts";
import {
  type CreatedResource,
  type ResourceHandler,
  resourceHandler,
  textOutput,
} from "./resource-handler.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const inputs = v.strictObject({
  assumeRolePolicy: v.string(),
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,64}$/, "expected a role name"))),
  description: v.optional(v.pipe(v.string(), v.maxLength(1_000)), ""),
  path: v.optional(
    v.pipe(v.string(), v.regex(/^\/([\w+=,.@-]+\/)*$/, "expected a path such as /team/")),
    "/",
  ),
  maxSessionDuration: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(3_600), v.maxValue(43_200)),
    3_600,
  ),
  /** Kept, and bounds nothing: managed policies do not exist here. */
  permissionsBoundary: v.optional(v.pipe(v.string(), v.regex(/^arn:aws:iam::(aws|\d{12}):policy\/.+$/))),
  tags: v.optional(recordOf(v.string(), v.string()), {}),
});

type Inputs = v.InferOutput<typeof inputs>;

/** `aws:iam/role:Role`. A trust policy that is not understood fails, naming the role. */
export function iamRole({ iam, clock }: Pick<Services, "iam" | "clock">): ResourceHandler {
  const put = (role: Inputs, logicalName: string, createDate: string): CreatedResource => {
    const { tags, ...rest } = role;
    const name = role.name ?? logicalName;
    const arn = localArn("iam", `role${role.path}${name}`, "");
    iam.putRole({ name, arn, assumeRolePolicy: role.assumeRolePolicy });
    const outputs = { ...rest, name, arn, uniqueId: uniqueId(arn), createDate, tags, tagsAll: tags };
    return { id: name, outputs: { ...outputs, forceDetachPolicies: false, managedPolicyArns: [] } };
  };

  return resourceHandler({
    type: "aws:iam/role:Role",
    inputs,
    create(role, logicalName) {
      const name = role.name ?? logicalName;
      if (iam.role(name)) throw new Error(`Role with name ${name} already exists.`);
      return put(role, logicalName, new Date(clock.now()).toISOString());
    },
    replacedBy: ["name", "path"],
    read: ({ id }) => {
      const role = iam.role(id);
      return role && { arn: role.arn, assumeRolePolicy: role.assumeRolePolicy };
    },
    update: (existing, role) => put(role, existing.id, textOutput(existing, "createDate")),
    delete: ({ id }) => iam.deleteRole(id),
  });
}

/** As AWS forms them: `AROA` and 17 capitals and digits. */
function uniqueId(arn: string): string {
  const digest = createHash("sha256").update(arn).digest("hex").toUpperCase();
  return `AROA${digest.slice(0, 17)}`;
}
