import { dataProtection, logGroup } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const logsMaskPersonalData = stackRule({
  name: "logs-mask-personal-data",
  holds: "Every log group has a data protection policy.",
  why: "A dependency or a crash may print what our own log lines cannot hold: addresses, mail, card numbers.",
  elsewhere: [],
  violationsOf: (stack) =>
    eachOf(
      stack
        .ofType(logGroup)
        .filter((group) => stack.referrers(group, dataProtection, "logGroupName").length === 0),
      "Add a LogDataProtectionPolicy that audits and masks.",
    ),
});
