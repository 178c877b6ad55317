import { taskDefinition } from "../aws.ts";
import { containersOf } from "../containers.ts";
import { resourceRule } from "../rule.ts";
import { holdsSecret } from "../secret-value.ts";
import { isObject } from "../value.ts";

export const containerHoldsNoSecrets = resourceRule({
  name: "container-holds-no-secrets",
  holds: "No environment variable of a container holds a secret: it comes by secrets, from its ARN.",
  why: "Every revision of a task definition is kept, and is read by everyone who may describe it.",
  elsewhere: [],
  types: [taskDefinition],
  violations: (resource) =>
    containersOf(resource)
      .flatMap((container) => container.list("environment"))
      .filter(isObject)
      .filter(({ name, value }) => holdsSecret(String(name), value))
      .map(({ name }) => `Give ${name} by secrets, with valueFrom the ARN of a secret or parameter.`),
});
