import { createHmac, timingSafeEqual } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";

const { WEBHOOK_SECRET = "" } = process.env;

/** Checks the one signature over the body, and writes one log line: no less can take a webhook, and it keeps nothing. */
export const handler = async ({ body, headers, requestContext }: APIGatewayProxyEvent) => {
  const started = performance.now();
  const [, time = "", given = ""] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers["stripe-signature"] ?? "") ?? [];
  const expected = createHmac("sha256", WEBHOOK_SECRET).update(`${time}.${body}`).digest();
  const isGenuine = given !== "" && timingSafeEqual(Buffer.from(given, "hex"), expected);
  const { requestId } = requestContext;
  console.log(JSON.stringify({ requestId, isGenuine, durationMs: performance.now() - started }));
  return { statusCode: isGenuine ? 200 : 400, body: JSON.stringify({ received: isGenuine }) };
};
