import { restStage } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const restStageIsTraced = resourceRule({
  name: "rest-stage-is-traced",
  holds: "Every stage of a REST API traces with X-Ray. A WebSocket API cannot.",
  why: "A trace then begins where the caller waits, not in the function.",
  elsewhere: ["Serverless-APIGWXrayEnabled", "HIPAA.Security-APIGWXrayEnabled", "CKV_AWS_73"],
  types: [restStage],
  violations: (resource) =>
    resource.is("xrayTracingEnabled", true) ? [] : ["Set xrayTracingEnabled: true."],
});
