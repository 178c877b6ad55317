import { restMethodSettings, v2Stage } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const apiReportsItsMetrics = resourceRule({
  name: "api-reports-its-metrics",
  holds: "Every method setting and every default of routes reports detailed metrics.",
  why: "Without them the errors of one route are lost in the sum of all, and no alarm can tell which.",
  elsewhere: [],
  types: [restMethodSettings, v2Stage],
  violations: (resource) => {
    const path =
      resource.type === restMethodSettings
        ? "settings.metricsEnabled"
        : "defaultRouteSettings.detailedMetricsEnabled";
    return resource.is(path, true) ? [] : [`Set ${path}: true.`];
  },
});
