import { type ConnectionDescription, disconnectEvent } from "./events.ts";
import { logAccess, newMoment, routeArn, type ServedApi } from "./gateway.ts";
import { callFunction, readProxyResponse } from "./integration.ts";

/** Invokes `$disconnect`, if it is deployed, after a connection ended. What fails there is only logged. */
export async function reportDisconnect(
  api: ServedApi,
  connection: ConnectionDescription,
  code: number,
  reason: string,
): Promise<void> {
  const stage = api.stages.get(connection.stage);
  const route = stage?.deployment.routes.get("$disconnect");
  if (!stage || !route) return;
  const moment = newMoment(api, "$disconnect");
  const outcome = await callFunction(
    api.gateway,
    route.integration,
    routeArn(api, stage.name, "$disconnect"),
    disconnectEvent(connection, moment, code, reason),
  );
  const response = outcome.kind === "returned" ? readProxyResponse(outcome.payload) : undefined;
  logAccess(api, stage, connection, moment, {
    eventType: "DISCONNECT",
    status: response?.statusCode ?? 500,
    integration: {
      status: response?.statusCode,
      latency: outcome.latency,
      error: outcome.kind === "returned" ? undefined : outcome.message,
    },
    error: response ? undefined : { message: "Internal server error", responseType: "INTEGRATION_FAILURE" },
  });
}
