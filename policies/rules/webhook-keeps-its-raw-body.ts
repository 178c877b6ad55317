import { webhookResources } from "../api-parts.ts";
import { restIntegration } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const webhookKeepsItsRawBody = stackRule({
  name: "webhook-keeps-its-raw-body",
  holds: "A webhook's integration is AWS_PROXY, without templates and without a conversion of content.",
  why: "The sender signs the exact bytes. A mapping template changes them, and every signature fails, or is not checked.",
  elsewhere: [],
  violationsOf: (stack) =>
    eachOf(
      webhookResources(stack)
        .flatMap((resource) => stack.referrers(resource, restIntegration, "resourceId"))
        .filter(
          (integration) =>
            !integration.isKnownAs("type", "MOCK") &&
            (!integration.is("type", "AWS_PROXY") ||
              integration.has("requestTemplates") ||
              integration.has("contentHandling")),
        ),
      'Set type: "AWS_PROXY", without requestTemplates and contentHandling.',
    ),
});
