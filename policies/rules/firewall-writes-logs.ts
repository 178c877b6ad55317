import { firewall, firewallLogging } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const firewallWritesLogs = stackRule({
  name: "firewall-writes-logs",
  holds: "Every web ACL has a logging configuration.",
  why: "Whom it refused, and whom it should have refused, is said nowhere else.",
  elsewhere: [
    "HIPAA.Security-WAFv2LoggingEnabled",
    "NIST.800.53.R4-WAFv2LoggingEnabled",
    "NIST.800.53.R5-WAFv2LoggingEnabled",
    "PCI.DSS.321-WAFv2LoggingEnabled",
    "CKV_AWS_176",
    "CKV2_AWS_31",
  ],
  violationsOf: (stack) =>
    eachOf(
      stack
        .ofType(firewall)
        .filter((acl) => stack.referrers(acl, firewallLogging, "resourceArn").length === 0),
      "Add a WebAclLoggingConfiguration.",
    ),
});
