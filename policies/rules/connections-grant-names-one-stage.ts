import { allowed, grantingTypes } from "../role-policies.ts";
import { resourceRule } from "../rule.ts";

export const connectionsGrantNamesOneStage = resourceRule({
  name: "connections-grant-names-one-stage",
  holds: "execute-api:ManageConnections, and Invoke, is granted on one API and one stage.",
  why: "With wildcards there, the function can post into, and close, the sockets of every other API of the account.",
  elsewhere: [],
  types: grantingTypes,
  violations: (resource) =>
    allowed(resource)
      .filter(({ actions }) => actions.some((action) => /^execute-api:/i.test(action)))
      .flatMap(({ resources }) => resources)
      .filter((arn) => {
        const [api = "*", stage = "*"] = (arn.split(":")[5] ?? "").split("/");
        return arn.startsWith("arn:") && (api.includes("*") || stage.includes("*"));
      })
      .map((arn) => `Name the API and the stage in ${arn}.`),
});
