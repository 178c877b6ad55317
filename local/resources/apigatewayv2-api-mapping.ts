import * as v from "valibot";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname-apimappings.html */
const inputs = v.strictObject({ apiId: v.string(), domainName: v.string(), stage: v.string() });

/** `aws:apigatewayv2/apiMapping:ApiMapping`. It is kept, and leads nowhere. */
export function apigatewayv2ApiMapping(): ResourceHandler {
  return keptResource({
    type: "aws:apigatewayv2/apiMapping:ApiMapping",
    inputs,
    replacedBy: ["apiId", "domainName"],
    described: ({ apiId, domainName }) => ({ id: `${domainName}/${apiId}`, outputs: {} }),
  });
}
