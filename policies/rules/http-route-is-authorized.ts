import { isHttp } from "../api-parts.ts";
import { v2Route } from "../aws.ts";
import { eachOf, stackRule } from "../rule.ts";

export const httpRouteIsAuthorized = stackRule({
  name: "http-route-is-authorized",
  holds: "Every route of an HTTP API asks for a JWT, IAM, or an authorizer.",
  why: "Otherwise whoever knows the URL starts the function.",
  elsewhere: ["CKV_AWS_309"],
  violationsOf: (stack) =>
    eachOf(
      stack
        .ofType(v2Route)
        .filter(
          (route) =>
            isHttp(stack, route) &&
            !route.text("routeKey").startsWith("OPTIONS ") &&
            !route.is("authorizationType", "JWT", "AWS_IAM", "CUSTOM"),
        ),
      "Set authorizationType, or exempt the route with the reason why it may be open.",
    ),
});
