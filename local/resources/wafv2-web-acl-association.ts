import * as v from "valibot";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

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
  return keptResource({
    type: "aws:wafv2/webAclAssociation:WebAclAssociation",
    inputs,
    replacedBy: ["resourceArn", "webAclArn"],
    described: ({ resourceArn, webAclArn }) => ({ id: `${webAclArn},${resourceArn}`, outputs: {} }),
  });
}
