import { taskDefinition } from "../aws.ts";
import { containersOf } from "../containers.ts";
import { resourceRule } from "../rule.ts";

/** A digest, or a tag that begins with a version. */
const pinned = /(@sha256:[0-9a-f]{64}|:v?\d[\w.-]*)$/;

export const containerImageIsPinned = resourceRule({
  name: "container-image-is-pinned",
  holds: "The image of a container has a digest, or a tag that is a version.",
  why: "A task that is replaced at night must not run what was published since.",
  elsewhere: [],
  types: [taskDefinition],
  violations: (resource) =>
    containersOf(resource)
      .filter((container) => !pinned.test(container.text("image")))
      .map((container) => `Give the image of ${container.text("name")} a version or a digest.`),
});
