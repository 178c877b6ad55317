import * as v from "valibot";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html */
const inputs = v.strictObject({
  zoneId: v.string(),
  name: v.string(),
  type: v.literal("A"),
  aliases: v.pipe(
    v.array(v.strictObject({ name: v.string(), zoneId: v.string(), evaluateTargetHealth: v.boolean() })),
    v.length(1),
  ),
});

/** `aws:route53/record:Record`, an alias. It is kept, and nobody asks it. */
export function route53Record(): ResourceHandler {
  return keptResource({
    type: "aws:route53/record:Record",
    inputs,
    replacedBy: ["zoneId", "name"],
    described: ({ zoneId, name, type }) => ({ id: `${zoneId}_${name}_${type}`, outputs: { fqdn: name } }),
  });
}
