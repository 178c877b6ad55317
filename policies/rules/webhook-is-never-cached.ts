import { webhookResources } from "../api-parts.ts";
import { restMethodSettings } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const webhookIsNeverCached = stackRule({
  name: "webhook-is-never-cached",
  holds: "Where a webhook arrives, neither its method nor the whole stage caches.",
  why: "A cached 200 tells the sender that an event was taken which no function ever saw.",
  elsewhere: [],
  violationsOf: (stack) => {
    const paths = webhookResources(stack).map((resource) => resource.text("pathPart"));
    if (paths.length === 0) return [];
    return eachOf(
      stack
        .ofType(restMethodSettings)
        .filter(
          (settings) =>
            settings.isKnownAs("settings.cachingEnabled", true) &&
            (settings.text("methodPath") === "*/*" ||
              paths.some((path) => settings.text("methodPath").includes(path))),
        ),
      "Set cachingEnabled: false.",
    );
  },
});
