import { queue, redriveAllowPolicy } from "../aws.ts";
import { parsedObject } from "../parsed-object.ts";
import { stackRule } from "../rule.ts";

export const deadLettersAdmitOnlyTheirSource = stackRule({
  name: "dead-letters-admit-only-their-source",
  holds: "The dead-letter queue of a queue has a redriveAllowPolicy that names its sources.",
  why: "Without one, any queue of the account can pour its failures in, and a redrive sends them to the wrong place.",
  elsewhere: [],
  violationsOf: (stack) => {
    const sinks = new Set(
      stack.ofType(queue).flatMap((source) => stack.targets(source, "redrivePolicy", queue)),
    );
    return [...sinks].flatMap((resource) => {
      const policies = [resource, ...stack.referrers(resource, redriveAllowPolicy, "queueUrl")];
      const admits = policies.some((policy) => {
        if (!policy.isKnown("redriveAllowPolicy")) return true;
        const allow = parsedObject(policy, "redriveAllowPolicy");
        const sources = allow?.texts("sourceQueueArns") ?? [];
        return (
          allow?.is("redrivePermission", "byQueue") &&
          sources.length > 0 &&
          !sources.some((arn) => arn.includes("*"))
        );
      });
      return admits
        ? []
        : [
            {
              resource,
              message: 'Add a RedriveAllowPolicy with redrivePermission "byQueue" and sourceQueueArns.',
            },
          ];
    });
  },
});
