import { type RefusalCode, refusals } from "./protocol.ts";

/** What a WebSocket integration returns. A body goes to the sender as the route's response. */
export interface RouteAnswer {
  readonly statusCode: number;
  readonly body?: string;
}

/** Every refusal is told, also without a correlation id. */
export function refusal(code: RefusalCode, correlationId: string | undefined): RouteAnswer {
  const { status, errorType, description } = refusals[code];
  return statusResponse({
    ...(correlationId !== undefined && { correlationId }),
    success: false,
    errorType,
    statusCode: String(status),
    description,
    code,
  });
}

/** Success is told to senders that gave a correlation id; KVS clients without one expect silence. */
export function success(code: "delivered" | "queued", correlationId: string | undefined): RouteAnswer {
  if (correlationId === undefined) return { statusCode: 200 };
  return statusResponse({
    correlationId,
    success: true,
    statusCode: code === "delivered" ? "200" : "202",
    description:
      code === "delivered"
        ? "The frame was delivered."
        : "The frame waits until the recipient can be reached.",
    code,
  });
}

const statusResponse = (response: Readonly<Record<string, string | boolean>>): RouteAnswer => ({
  statusCode: 200,
  body: JSON.stringify({ messageType: "STATUS_RESPONSE", statusResponse: response }),
});
