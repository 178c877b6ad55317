import {
  type ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { isRetryable } from "../shared/failure.ts";
import type { Resilient } from "../shared/resilience.ts";

/**
 * `delivered`: API Gateway took the frame for that connection. `gone`: the connection is closed, or its
 * handshake is not complete. `unavailable`: throttled, failing, slow, or the circuit is open; when it
 * failed or was slow the frame may still have arrived.
 */
export type Posted = "delivered" | "gone" | "unavailable";

export interface Connections {
  /** Sends one text frame. Throws what is none of the outcomes, such as a denied permission. */
  post(connectionId: string, frame: string): Promise<Posted>;
}

/**
 * API Gateway's `@connections` API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export const apiGatewayConnections = (
  client: ApiGatewayManagementApiClient,
  resilient: Resilient,
): Connections => ({
  post: async (connectionId, frame) => {
    const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(frame) });
    try {
      await resilient((abortSignal) => client.send(command, { abortSignal }));
      return "delivered";
    } catch (error) {
      if (isRetryable(error)) return "unavailable";
      if (error instanceof Error && error.name === "GoneException") return "gone";
      throw error;
    }
  },
});
