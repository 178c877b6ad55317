import { restDomain, v2Domain } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const domainRequiresTls12 = resourceRule({
  name: "domain-requires-tls-1-2",
  holds: "Every custom domain of an API asks for TLS 1.2 or newer.",
  why: "TLS 1.0 is the default of a REST domain, and is broken.",
  elsewhere: [
    "CKV_AWS_206",
    "aws.apigateway.DomainName.configureSecurityPolicy",
    "aws.apigatewayv2.DomainName.configureDomainNameSecurityPolicy",
    "aws.apigatewayv2.DomainName.enableDomainNameConfiguration",
  ],
  types: [restDomain, v2Domain],
  violations: (resource) => {
    const path = resource.type === v2Domain ? "domainNameConfiguration.securityPolicy" : "securityPolicy";
    return resource.has(path) && !resource.isKnownAs(path, "TLS_1_0") ? [] : [`Set ${path}: "TLS_1_2".`];
  },
});
