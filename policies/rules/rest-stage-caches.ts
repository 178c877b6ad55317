import { restStage } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const restStageCaches = resourceRule({
  name: "rest-stage-caches",
  holds: "Every stage of a REST API has a cache, encrypted, for every method.",
  why: "A cache answers repeated reads without the function.",
  elsewhere: [
    "apigateway-stage-cached",
    "apigateway-method-cached-and-encrypted",
    "HIPAA.Security-APIGWCacheEnabledAndEncrypted",
    "NIST.800.53.R4-APIGWCacheEnabledAndEncrypted",
    "NIST.800.53.R5-APIGWCacheEnabledAndEncrypted",
    "PCI.DSS.321-APIGWCacheEnabledAndEncrypted",
    "CKV_AWS_120",
    "CKV_AWS_225",
    "CKV_AWS_308",
  ],
  off: "Answers about proofs and billing are for one caller; a cache could give them to another, and would swallow webhooks. webhook-is-never-cached forbids it there.",
  types: [restStage],
  violations: (resource) =>
    resource.is("cacheClusterEnabled", true) ? [] : ["Set cacheClusterEnabled: true."],
});
