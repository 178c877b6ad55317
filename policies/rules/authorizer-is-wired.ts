import { isWebSocket } from "../api-parts.ts";
import { restAuthorizer, restMethod, v2Api, v2Authorizer, v2Route } from "../aws.ts";
import type { Resource } from "../resource.ts";
import { eachOf, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";

export const authorizerIsWired = stackRule({
  name: "authorizer-is-wired",
  holds:
    "A route or method with custom authorization names its authorizer, and every authorizer is named by one.",
  why: "An authorizer that no route names looks safe in the diff and refuses nobody.",
  elsewhere: [],
  violationsOf: (stack) => [
    ...eachOf(
      [
        ...stack.ofType(v2Route).filter((route) => isCustom(route.text("authorizationType"))),
        ...stack.ofType(restMethod).filter((method) => isCustom(method.text("authorization"))),
      ].filter((resource) => !resource.has("authorizerId")),
      "Set authorizerId.",
    ),
    ...eachOf(
      [
        ...stack
          .ofType(v2Authorizer)
          .filter(
            (authorizer) =>
              stack.referrers(authorizer, v2Route, "authorizerId").length === 0 &&
              !lacksConnect(stack, authorizer),
          ),
        ...stack
          .ofType(restAuthorizer)
          .filter((authorizer) => stack.referrers(authorizer, restMethod, "authorizerId").length === 0),
      ],
      "Name it in the authorizerId of a route or method, or remove it.",
    ),
  ],
});

function isCustom(authorization: string): boolean {
  return ["CUSTOM", "JWT", "COGNITO_USER_POOLS"].includes(authorization);
}

/** A WebSocket API without $connect: websocket-authorizes-connect says so. */
function lacksConnect(stack: Stack, authorizer: Resource): boolean {
  return (
    isWebSocket(stack, authorizer) &&
    stack
      .targets(authorizer, "apiId", v2Api)
      .flatMap((api) => stack.referrers(api, v2Route, "apiId"))
      .every((route) => !route.is("routeKey", "$connect"))
  );
}
