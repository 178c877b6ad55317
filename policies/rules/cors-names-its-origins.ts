import { functionUrl, restIntegrationResponse, v2Api } from "../aws.ts";
import { resourceRule } from "../rule.ts";

const gatewayResponse = "aws:apigateway/response:Response";

export const corsNamesItsOrigins = resourceRule({
  name: "cors-names-its-origins",
  holds: "Cross-origin access is allowed to named origins only, never to *.",
  why: "With * every page on the web may call in the name of its visitor's browser; with credentials too, as that visitor.",
  elsewhere: ["CKV2_AWS_75"],
  types: [v2Api, functionUrl, restIntegrationResponse, gatewayResponse],
  violations: (resource) => {
    const open =
      resource.texts("corsConfiguration.allowOrigins").includes("*") ||
      resource.texts("cors.allowOrigins").includes("*") ||
      resource
        .members("responseParameters")
        .some(
          ([name, value]) =>
            /\.header\.access-control-allow-origin$/i.test(name) &&
            typeof value === "string" &&
            value.replaceAll("'", "").trim() === "*",
        );
    return open ? ["Name the origins instead of *."] : [];
  },
});
