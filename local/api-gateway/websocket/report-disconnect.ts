import { type ConnectionDescription, disconnectEvent } from "./events.ts";
import { logAccess, newMoment, type ServedApi } from "./gateway.ts";
import { integrate } from "./integration.ts";

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
  const event = disconnectEvent(connection, moment, code, reason);
  const { response, log: integration } = await integrate(api, stage.name, route, event);
  logAccess(api, stage, connection, moment, {
    eventType: "DISCONNECT",
    status: response?.statusCode ?? 500,
    integration,
    error: response ? undefined : { message: "Internal server error", responseType: "INTEGRATION_FAILURE" },
  });
}
