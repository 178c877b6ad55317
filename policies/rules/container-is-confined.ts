import { taskDefinition } from "../aws.ts";
import { containersOf } from "../containers.ts";
import { resourceRule } from "../rule.ts";

const root = /^(0|root)(:|$)/;

export const containerIsConfined = resourceRule({
  name: "container-is-confined",
  holds:
    "A container is not privileged, runs as a user that is not root, and cannot write to its image's files.",
  why: "Who takes over what it runs finds nothing to change, and no way out of it.",
  elsewhere: [],
  types: [taskDefinition],
  violations: (resource) =>
    containersOf(resource).flatMap((container) => [
      ...(container.is("readonlyRootFilesystem", true) ? [] : ["Set readonlyRootFilesystem: true."]),
      ...(container.isKnownAs("privileged", true) ? ["Leave privileged out."] : []),
      ...(container.has("user") && !root.test(container.text("user"))
        ? []
        : ["Set user to one that is not root."]),
    ]),
});
