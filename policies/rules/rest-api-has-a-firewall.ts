import { firewallAssociation, restStage } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const restApiHasAFirewall = stackRule({
  name: "rest-api-has-a-firewall",
  holds: "A WAF web ACL is associated with every stage of a REST API.",
  why: "It drops floods by address and known attacks before they count against the throttle of everyone.",
  elsewhere: [
    "AwsSolutions-APIG3",
    "NIST.800.53.R5-APIGWAssociatedWithWAF",
    "PCI.DSS.321-APIGWAssociatedWithWAF",
    "CKV2_AWS_29",
  ],
  violationsOf: (stack) =>
    eachOf(
      stack
        .ofType(restStage)
        .filter((stage) => stack.referrers(stage, firewallAssociation, "resourceArn").length === 0),
      "Add a WebAclAssociation with the stage's ARN.",
    ),
});
