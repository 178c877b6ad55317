import { lambdaFunction, logGroup } from "../aws.ts";
import { stackRule } from "../rule.ts";

export const functionHasALogGroup = stackRule({
  name: "function-has-a-log-group",
  holds: "Every function writes to a log group of this stack, and to one of its own.",
  why: "A log group that Lambda makes by itself never expires, and no destroy removes it.",
  elsewhere: ["LambdaLogging"],
  violationsOf: (stack) => {
    const writers = new Map<string, string>();
    return stack.ofType(lambdaFunction).flatMap((resource) => {
      const group =
        (resource.has("loggingConfig.logGroup")
          ? stack.targets(resource, "loggingConfig", logGroup)[0]
          : undefined) ??
        stack
          .ofType(logGroup)
          .find(
            (candidate) =>
              candidate.has("name") &&
              candidate.text("name") === `/aws/lambda/${resource.text("name") || resource.name}`,
          );
      if (!group) return [{ resource, message: "Make a LogGroup and name it in loggingConfig." }];
      const other = writers.get(group.urn);
      writers.set(group.urn, resource.name);
      return other ? [{ resource, message: `Give it a log group of its own: ${other} writes there.` }] : [];
    });
  },
});
