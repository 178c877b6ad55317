import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { isRetryable } from "../shared/failure.ts";
import { clientDefaults, type Resilient, resilient } from "../shared/resilience.ts";
import { traced } from "../shared/tracing/traced-client.ts";

/**
 * `closed`: API Gateway closed the socket. `gone`: there is none of that id, or its handshake is not complete.
 * `unavailable`: throttled, failing or slow; it may have been closed.
 */
export type Closed = "closed" | "gone" | "unavailable";

export interface Closing {
  /** Closes a socket. Throws what is none of the outcomes, such as a denied permission. */
  close(connectionId: string): Promise<Closed>;
}

/** DeleteConnection of API Gateway's `@connections` API. */
export const apiGatewayClosing = (client: ApiGatewayManagementApiClient, guarded: Resilient): Closing => ({
  close: async (connectionId) => {
    const command = new DeleteConnectionCommand({ ConnectionId: connectionId });
    try {
      await guarded((abortSignal) => client.send(command, { abortSignal }));
      return "closed";
    } catch (error) {
      if (isRetryable(error)) return "unavailable";
      if (error instanceof Error && error.name === "GoneException") return "gone";
      throw error;
    }
  },
});

/** The sockets of the API whose management URL this is. */
export const closingAt = (endpoint: string): Closing =>
  apiGatewayClosing(
    traced(new ApiGatewayManagementApiClient({ ...clientDefaults, endpoint })),
    resilient("connections"),
  );
