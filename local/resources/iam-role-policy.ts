import * as v from "valibot";
import type { Services } from "../services.ts";
import {
  type CreatedResource,
  type ResourceHandler,
  resourceHandler,
  textOutput,
} from "./resource-handler.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
const inputs = v.strictObject({
  role: v.pipe(v.string(), v.minLength(1)),
  policy: v.string(),
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,128}$/, "expected a policy name"))),
});

type Inputs = v.InferOutput<typeof inputs>;

/**
 * `aws:iam/rolePolicy:RolePolicy`. A policy that has an element, operator or condition key which the
 * evaluator does not know fails, naming the resource.
 */
export function iamRolePolicy({ iam }: Pick<Services, "iam">): ResourceHandler {
  const put = ({ role, policy, name: given }: Inputs, logicalName: string): CreatedResource => {
    const name = given ?? logicalName;
    iam.putRolePolicy(role, name, policy);
    return { id: `${role}:${name}`, outputs: { name, role, policy } };
  };

  return resourceHandler({
    type: "aws:iam/rolePolicy:RolePolicy",
    inputs,
    create(policy, logicalName) {
      // AWS would replace the first, and the role would lose what it grants.
      if (iam.rolePolicy(policy.role, policy.name ?? logicalName) !== undefined) {
        throw new Error(`the role ${policy.role} already has a policy of this name.`);
      }
      return put(policy, logicalName);
    },
    replacedBy: ["name", "role"],
    read: (existing) => {
      const policy = iam.rolePolicy(textOutput(existing, "role"), textOutput(existing, "name"));
      return policy === undefined ? undefined : { policy };
    },
    update: (existing, policy) => put(policy, textOutput(existing, "name")),
    delete: (existing) => iam.deleteRolePolicy(textOutput(existing, "role"), textOutput(existing, "name")),
  });
}
