import { isRetryable } from "../shared/failure.ts";
import type { Resilient } from "../shared/resilience.ts";
import { classify } from "../shared/transient-errors.ts";
import type { PostToConnection } from "./manage-connection.ts";

/**
 * `delivered`: API Gateway took the frame for that connection. `gone`: the connection is closed, or its
 * handshake is not complete. `unavailable`: not taken, because it is throttled or the circuit is open.
 * `unknown`: a 5xx, a lost or a slow answer; it may have been taken. `refused`: API Gateway never takes it.
 */
export type Posted = "delivered" | "gone" | "unavailable" | "unknown" | "refused";

export interface Connections {
  /**
   * Sends one text frame. With `once` it is not sent again after an attempt that may have had its effect.
   * Throws what is none of the outcomes, such as a denied permission.
   */
  post(connectionId: string, frame: string, once?: "once"): Promise<Posted>;
}

/** Answers that no later attempt would change: the frame is too large, or not what API Gateway takes. */
const refusing = new Set(["PayloadTooLargeException", "BadRequestException"]);

/**
 * API Gateway's `@connections` API. `retrying` repeats every transient failure, `throttledOnly` those without
 * effect.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export const apiGatewayConnections = (
  postToConnection: PostToConnection,
  { retrying, throttledOnly }: { readonly retrying: Resilient; readonly throttledOnly: Resilient },
): Connections => ({
  post: async (connectionId, frame, once) => {
    let mayHaveArrived = false;
    const attempt = async (signal: AbortSignal): Promise<void> => {
      try {
        return await postToConnection(connectionId, frame, signal);
      } catch (error) {
        if (classify(error) === "failing") mayHaveArrived = true;
        throw error;
      }
    };
    try {
      await (once ? throttledOnly : retrying)(attempt);
      return "delivered";
    } catch (error) {
      if (isRetryable(error)) return mayHaveArrived ? "unknown" : "unavailable";
      if (error instanceof Error && error.name === "GoneException")
        return mayHaveArrived ? "unknown" : "gone";
      if (error instanceof Error && refusing.has(error.name)) return "refused";
      throw error;
    }
  },
});
