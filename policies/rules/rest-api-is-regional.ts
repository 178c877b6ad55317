import { restApi } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const restApiIsRegional = resourceRule({
  name: "rest-api-is-regional",
  holds: "Every REST API is regional or private.",
  why: "Left out, it is edge-optimised: behind a CloudFront that you cannot see, configure or put your own firewall before.",
  elsewhere: [],
  types: [restApi],
  violations: (resource) =>
    !resource.isKnown("endpointConfiguration.types") ||
    resource.texts("endpointConfiguration.types").some((type) => type === "REGIONAL" || type === "PRIVATE")
      ? []
      : ['Set endpointConfiguration: { types: "REGIONAL" }.'],
});
