import { basePathMapping, restApi, v2Api, v2ApiMapping } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const customDomainClosesTheDefaultEndpoint = stackRule({
  name: "custom-domain-closes-the-default-endpoint",
  holds: "An API with a custom domain has no execute-api endpoint beside it.",
  why: "The second address goes around the firewall, the TLS policy and the certificate of the first.",
  elsewhere: [],
  violationsOf: (stack) =>
    eachOf(
      [
        ...stack.ofType(restApi).filter((api) => stack.referrers(api, basePathMapping, "restApi").length > 0),
        // A mapping of version 2 may lead to a REST API.
        ...[...stack.ofType(restApi), ...stack.ofType(v2Api)].filter(
          (api) => stack.referrers(api, v2ApiMapping, "apiId").length > 0,
        ),
      ].filter((api) => !api.is("disableExecuteApiEndpoint", true)),
      "Set disableExecuteApiEndpoint: true.",
    ),
});
