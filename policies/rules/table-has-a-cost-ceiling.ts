import { table } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const tableHasACostCeiling = resourceRule({
  name: "table-has-a-cost-ceiling",
  holds: "Every on-demand table bounds its read and its write request units.",
  why: "On demand scales with a runaway client too. The ceiling turns a bill into a throttle.",
  elsewhere: [],
  types: [table],
  violations: (resource, { maximumRequestUnits }) => {
    if (!resource.isKnownAs("billingMode", "PAY_PER_REQUEST")) return [];
    return ["maxReadRequestUnits", "maxWriteRequestUnits"].flatMap((unit) => {
      const path = `onDemandThroughput.${unit}`;
      const units = resource.number(path, -1);
      return units < 1 || units > maximumRequestUnits
        ? [`Set ${path} between 1 and ${maximumRequestUnits}.`]
        : [];
    });
  },
});
