import * as v from "valibot";
import { type ResourceHandler, resourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html */
const inputs = v.strictObject({
  resourceArn: v.pipe(v.string(), v.startsWith("arn:")),
  webAclArn: v.pipe(
    v.string(),
    v.regex(/^arn:aws:wafv2:[\w-]+:\d{12}:regional\/webacl\/.+$/, "expected the ARN of a regional web ACL"),
  ),
});

/** `aws:wafv2/webAclAssociation:WebAclAssociation`. It is kept, and filters nothing: there is no WAF here. */
export function wafv2WebAclAssociation(): ResourceHandler {
  const associations = new Set<string>();
  return resourceHandler({
    type: "aws:wafv2/webAclAssociation:WebAclAssociation",
    inputs,
    replacedBy: ["resourceArn", "webAclArn"],
    create: (given) => {
      const id = `${given.webAclArn},${given.resourceArn}`;
      associations.add(id);
      return { id, outputs: { ...given } };
    },
    read: ({ id }) => (associations.has(id) ? {} : undefined),
    update: (existing) => existing,
    delete: ({ id }) => void associations.delete(id),
  });
}
