import { PolicyPack } from "@pulumi/policy";
import { rules } from "./index.ts";

new PolicyPack("synapse-d", {
  enforcementLevel: "mandatory",
  policies: rules.map(({ name, description, types, violations }) => ({
    name,
    description,
    validateResource: ({ type, props }, report) => {
      if (types.includes(type)) for (const violation of violations({ type, props })) report(violation);
    },
  })),
});
