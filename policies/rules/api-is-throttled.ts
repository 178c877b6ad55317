import { stageWideSettings } from "../api-parts.ts";
import { restMethodSettings, restStage, v2Stage } from "../aws.ts";
import type { Resource } from "../resource.ts";
import { stackRule } from "../rule.ts";
import type { Settings } from "../settings.ts";

export const apiIsThrottled = stackRule({
  name: "api-is-throttled",
  holds: "Every stage, and every method or route with settings of its own, has a rate and a burst limit.",
  why: "One client can otherwise use up the account's quota and lock everyone out.",
  elsewhere: ["Serverless-APIGWDefaultThrottling"],
  violationsOf: (stack, settings) => [
    ...stack
      .ofType(restStage)
      .filter((stage) => !stageWideSettings(stack, stage))
      .map((resource) => ({ resource, message: "Add MethodSettings of */* with both limits." })),
    ...stack.ofType(restMethodSettings).flatMap((resource) => unthrottled(resource, "settings", settings)),
    ...stack
      .ofType(v2Stage)
      .flatMap((resource) => [
        ...unthrottled(resource, "defaultRouteSettings", settings),
        ...resource.items("routeSettings").flatMap((item) => unthrottled(resource, item, settings)),
      ]),
  ],
});

function unthrottled(resource: Resource, path: string, { maximumRate, maximumBurst }: Settings) {
  return [
    ["throttlingRateLimit", maximumRate] as const,
    ["throttlingBurstLimit", maximumBurst] as const,
  ].flatMap(([limit, maximum]) => {
    const value = resource.number(`${path}.${limit}`, -1);
    return value < 0 || value > maximum
      ? [{ resource, message: `Set ${path}.${limit} between 0 and ${maximum}.` }]
      : [];
  });
}
