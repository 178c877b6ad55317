import { type RefusalCode, refusals } from "./protocol.ts";

/** What a WebSocket integration returns. A body goes to the sender as the route's response. */
export interface RouteAnswer {
  readonly statusCode: number;
  readonly body?: string;
}

/** Which frame an answer is about. */
interface About {
  readonly correlationId?: string | undefined;
  readonly frameId?: string | undefined;
}

const about = ({ correlationId, frameId }: About) => ({
  ...(correlationId !== undefined && { correlationId }),
  ...(frameId !== undefined && { frameId }),
});

/** Every refusal is told, also without a correlation id. */
export function refusal(code: RefusalCode, frame: About): RouteAnswer {
  const { status, errorType, description } = refusals[code];
  return statusResponse({
    ...about(frame),
    success: false,
    errorType,
    statusCode: String(status),
    description,
    code,
  });
}

/** Success is told to senders that gave a correlation id; KVS clients without one expect silence. */
export function success(code: "delivered" | "queued", frame: About): RouteAnswer {
  if (frame.correlationId === undefined) return { statusCode: 200 };
  return statusResponse({
    ...about(frame),
    success: true,
    statusCode: code === "delivered" ? "200" : "202",
    description:
      code === "delivered"
        ? "The frame was delivered."
        : "The frame waits until it can be delivered. A DELIVERY_REPORT follows.",
    code,
  });
}

const statusResponse = (response: Readonly<Record<string, string | boolean>>): RouteAnswer => ({
  statusCode: 200,
  body: JSON.stringify({ messageType: "STATUS_RESPONSE", statusResponse: response }),
});
