import { requestId } from "../identifiers.ts";
import type { Connection } from "./connection.ts";
import type { Happening } from "./context-variables.ts";
import { messageEvent } from "./events.ts";
import { gatewayMessage, logAccess, newMoment, type ServedApi } from "./gateway.ts";
import { integrate } from "./integration.ts";
import { quotas } from "./quotas.ts";
import { selectRoute } from "./route-selection.ts";

/**
 * Serves one message of a client: selects its route, invokes the integration and, where the route has a
 * route response, sends what came back. What the gateway refuses or fails to do is said to the client.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
 */
export async function receiveMessage(api: ServedApi, connection: Connection, body: string): Promise<void> {
  const { gateway } = api;
  const { description } = connection;
  const stage = api.stages.get(description.stage);
  if (!stage) return;
  const route = selectRoute(stage.deployment.selection, body, stage.deployment.routes);
  const moment = newMoment(api, route?.routeKey ?? "-");
  const messageId = requestId(gateway.randomBytes);
  const log = (happening: Omit<Happening, "eventType" | "messageId">) =>
    logAccess(api, stage, description, moment, { eventType: "MESSAGE", messageId, ...happening });
  const fail = (
    status: number,
    message: string,
    responseType: string,
    details: Pick<Happening, "integration"> = {},
  ) => {
    connection.send(Buffer.from(gatewayMessage(message, description.connectionId, moment.requestId)));
    log({ status, error: { message, responseType }, ...details });
  };

  if (!route) return fail(403, "Forbidden", "ACCESS_DENIED");
  if (!stage.admits(route.routeKey, moment.time)) return fail(429, "Too Many Requests", "THROTTLED");

  const event = messageEvent(description, moment, messageId, body);
  const { kind, response, log: integration } = await integrate(api, stage.name, route, event);
  if (kind === "timed-out") {
    return fail(504, "Endpoint request timed out", "INTEGRATION_TIMEOUT", { integration });
  }
  const answer = Buffer.from(response?.body ?? "");
  if (!response || (route.answers && answer.length > quotas.messageBytes)) {
    return fail(500, "Internal server error", "INTEGRATION_FAILURE", { integration });
  }
  const sent = route.answers && answer.length > 0 ? connection.send(answer) : "sent";
  if (sent === "buffer-full") {
    const error = { message: "The client does not read.", responseType: "THROTTLED" };
    return log({ status: 429, error, integration });
  }
  log({ status: response.statusCode, integration });
}
