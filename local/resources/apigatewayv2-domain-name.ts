import * as v from "valibot";
import { account } from "../account.ts";
import { keptResource } from "./kept-resource.ts";
import type { ResourceHandler } from "./resource-handler.ts";

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDomainName.html */
const inputs = v.strictObject({
  domainName: v.string(),
  domainNameConfiguration: v.strictObject({
    certificateArn: v.pipe(v.string(), v.regex(/^arn:aws:acm:/, "expected the ARN of a certificate of ACM")),
    endpointType: v.literal("REGIONAL"),
    securityPolicy: v.literal("TLS_1_2"),
  }),
});

/** `aws:apigatewayv2/domainName:DomainName`. It is kept, and no name leads here: APIs are called at their ports. */
export function apigatewayv2DomainName(): ResourceHandler {
  return keptResource({
    type: "aws:apigatewayv2/domainName:DomainName",
    inputs,
    replacedBy: ["domainName"],
    described: ({ domainName, domainNameConfiguration }) => ({
      id: domainName,
      outputs: {
        arn: `arn:${account.partition}:apigateway:${account.region}::/domainnames/${domainName}`,
        domainNameConfiguration: {
          ...domainNameConfiguration,
          targetDomainName: `d-local.execute-api.${account.region}.amazonaws.com`,
          hostedZoneId: "ZLOCAL",
        },
      },
    }),
  });
}
