import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda";

const { CONNECTIONS_URL = "" } = process.env;
const client = new ApiGatewayManagementApiClient({ endpoint: CONNECTIONS_URL, maxAttempts: 1 });

/** Posts the frame as it is to the connection that it names, and writes one log line: no less can relay. */
export const handler = async ({ body = "", requestContext }: APIGatewayProxyWebsocketEventV2) => {
  const started = performance.now();
  const { connectionId }: { readonly connectionId: string } = JSON.parse(body);
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(body) }));
  const { requestId } = requestContext;
  console.log(JSON.stringify({ requestId, connectionId, durationMs: performance.now() - started }));
  return { statusCode: 200 };
};
