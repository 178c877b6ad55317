import { isRetryable } from "../shared/failure.ts";
import { type Resilient, resilient } from "../shared/resilience.ts";
import { type DeleteConnection, deleteConnection } from "./manage-connection.ts";

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
export const apiGatewayClosing = (remove: DeleteConnection, guarded: Resilient): Closing => ({
  close: async (connectionId) => {
    try {
      await guarded((abortSignal) => remove(connectionId, abortSignal));
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
  apiGatewayClosing(deleteConnection(endpoint), resilient("connections"));
