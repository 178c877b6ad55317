import { lambdaFunction } from "../aws.ts";
import { resourceRule } from "../rule.ts";
import { textsBelow, valueAt } from "../value.ts";

export const functionPackageFitsItsBudget = resourceRule({
  name: "function-package-fits-its-budget",
  holds: "The files of a function that is embedded in the program are below 1 MB together.",
  why: "Every cold start loads and parses them while someone waits for a call.",
  elsewhere: [],
  types: [lambdaFunction],
  violations: (resource, { maximumPackageBytes }) => {
    const bytes = textsBelow(valueAt(resource.inputs, "code")).reduce(
      (sum, text) => sum + Buffer.byteLength(text),
      0,
    );
    return bytes > maximumPackageBytes
      ? [`Make its ${bytes} bytes fit into ${maximumPackageBytes}: bundle, minify, drop dependencies.`]
      : [];
  },
});
