import { restAuthorizer, v2Authorizer } from "../aws.ts";
import { resourceRule } from "../rule.ts";

export const authorizerNamesItsIdentity = resourceRule({
  name: "authorizer-names-its-identity",
  holds: "Every authorizer names the identity sources that a request must carry.",
  why: "A request without them is then refused at no cost; otherwise a flood of empty requests invokes the authorizer.",
  elsewhere: [],
  types: [restAuthorizer, v2Authorizer],
  violations: (resource) => {
    // A token authorizer of a REST API reads the Authorization header unless told otherwise.
    if (resource.type === restAuthorizer && !resource.isKnownAs("type", "REQUEST")) return [];
    const path = resource.type === restAuthorizer ? "identitySource" : "identitySources";
    return resource.has(path) ? [] : [`Set ${path}.`];
  },
});
