import { restMethodSettings, v2Stage } from "../aws.ts";
import type { Resource } from "../resource.ts";
import { resourceRule } from "../rule.ts";

export const apiTracesNoBodies = resourceRule({
  name: "api-traces-no-bodies",
  holds: "Data tracing is stated, and off, for every method and route.",
  why: "It writes whole requests to the log: tokens, SDP with people's addresses, billing data.",
  elsewhere: ["CKV_AWS_276"],
  types: [restMethodSettings, v2Stage],
  violations: (resource) =>
    tracedSettings(resource)
      .filter((path) => !resource.is(`${path}.dataTraceEnabled`, false))
      .map((path) => `Set ${path}.dataTraceEnabled: false.`),
});

function tracedSettings(resource: Resource): readonly string[] {
  if (resource.type === restMethodSettings) return ["settings"];
  return [
    ...(resource.has("defaultRouteSettings") ? ["defaultRouteSettings"] : []),
    ...resource.items("routeSettings"),
  ];
}
