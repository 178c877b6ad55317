import { isWebSocket } from "../api-parts.ts";
import { v2Api, v2Route } from "../aws.ts";
import { stackRule, type Violation } from "../rule.ts";

export const websocketAuthorizesConnect = stackRule({
  name: "websocket-authorizes-connect",
  holds:
    "A WebSocket API has a $connect route whose authorization is AWS_IAM or CUSTOM. Other routes need none; JWT does not exist there.",
  why: "API Gateway asks only at $connect, once for the life of the socket. Scanners that want it of every route, or accept JWT, can never pass or never fail.",
  elsewhere: [],
  violationsOf: (stack) => {
    const routes = stack.ofType(v2Route).filter((route) => isWebSocket(stack, route));
    const wrong: Violation[] = [];
    for (const api of stack.ofType(v2Api)) {
      if (!api.isKnownAs("protocolType", "WEBSOCKET")) continue;
      const own = routes.filter((route) => stack.targets(route, "apiId", v2Api).includes(api));
      if (!own.some((route) => route.is("routeKey", "$connect")))
        wrong.push({
          resource: api,
          message: "Add a $connect route that authorizes: without one, all may connect.",
        });
    }
    for (const resource of routes) {
      if (resource.isKnownAs("authorizationType", "JWT"))
        wrong.push({ resource, message: "JWT is for HTTP APIs; verify the token in a REQUEST authorizer." });
      else if (
        resource.isKnownAs("routeKey", "$connect") &&
        !resource.is("authorizationType", "AWS_IAM", "CUSTOM")
      )
        wrong.push({
          resource,
          message: 'Set authorizationType: "CUSTOM" with an authorizerId, or "AWS_IAM".',
        });
    }
    return wrong;
  },
});
