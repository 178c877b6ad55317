import { callFunction } from "../call-function.ts";
import type { DeployedAuthorizer } from "./api-definition.ts";
import { decideFromAuthorizerResult } from "./authorizer-result.ts";
import type { Happening } from "./context-variables.ts";
import {
  authorizerEvent,
  type ConnectionAuthorizer,
  type ConnectionDescription,
  type Moment,
} from "./events.ts";
import { routeArn, type ServedApi } from "./gateway.ts";
import type { Handshake } from "./handshake-request.ts";
import { isPresent } from "./identity-source.ts";
import type { Stage } from "./stage.ts";

type Authorization = {
  readonly log: Pick<Happening, "authorizer" | "authorizeStatus">;
} & (
  | {
      readonly kind: "allowed";
      readonly context: ConnectionAuthorizer;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal }
);

export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** As in the gateway responses of API Gateway. */
  readonly responseType: string;
}

const refusals = {
  unauthorized: { status: 401, message: "Unauthorized", responseType: "UNAUTHORIZED" },
  denied: {
    status: 403,
    message: "User is not authorized to access this resource",
    responseType: "ACCESS_DENIED",
  },
  failed: { status: 500, message: "Internal server error", responseType: "AUTHORIZER_FAILURE" },
  misconfigured: {
    status: 500,
    message: "Internal server error",
    responseType: "AUTHORIZER_CONFIGURATION_ERROR",
  },
} satisfies Record<string, Refusal>;

/**
 * Asks the Lambda authorizer of `$connect`. 401 without an identity source, not calling it, and when it
 * throws `Unauthorized`; 403 when its policy does not allow; 500 when it fails or its result is malformed.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export async function authorizeConnect(
  api: ServedApi,
  stage: Stage,
  authorizer: DeployedAuthorizer,
  connection: ConnectionDescription,
  moment: Moment,
  handshake: Handshake,
): Promise<Authorization> {
  if (!authorizer.identitySources.every((source) => isPresent(source, handshake))) {
    return { kind: "refused", refusal: refusals.unauthorized, log: { authorizeStatus: 401 } };
  }
  const methodArn = routeArn(api, stage.name, "$connect");
  const outcome = await callFunction(
    api.gateway,
    authorizer,
    `${api.executionArn}/authorizers/${authorizer.id}`,
    authorizerEvent(connection, moment, handshake, methodArn, stage.variables),
  );
  const { latency } = outcome;
  const refused = (refusal: Refusal, status: number, error?: string): Authorization => ({
    kind: "refused",
    refusal,
    log: { authorizer: { status, latency, error }, authorizeStatus: refusal.status },
  });
  // A function's own words are never logged here: they may quote the token that it refused.
  if (outcome.kind !== "returned") {
    return outcome.kind === "failed" && outcome.errorMessage === "Unauthorized"
      ? refused(refusals.unauthorized, 401, "Unauthorized")
      : refused(refusals.failed, 500, "The authorizer failed.");
  }
  const decision = decideFromAuthorizerResult(outcome.payload, methodArn);
  switch (decision.kind) {
    case "malformed":
      return refused(refusals.misconfigured, 500, decision.reason);
    case "denied":
      return refused(refusals.denied, 200);
    case "allowed":
      return {
        kind: "allowed",
        context: { ...decision.context, integrationLatency: latency },
        log: { authorizer: { status: 200, latency }, authorizeStatus: 200 },
      };
  }
}
