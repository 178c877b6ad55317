import type { APIGatewayProxyEvent } from "aws-lambda";
import { allValues, type Fields, lastValues } from "../fields.ts";
import type { RouteMatch } from "./match-route.ts";
import { queryParameters, type ReceivedRequest } from "./received-request.ts";
import type { RequestContext } from "./request-context.ts";

/** Headers that API Gateway keeps to itself or replaces. */
const ownHeaders = new Set([
  "connection",
  "content-length",
  "transfer-encoding",
  "expect",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-amzn-trace-id",
]);

/**
 * The event of a Lambda proxy integration
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html). A name
 * that came more than once has its last value in the plain maps. The body is always text: no binary media types.
 */
export function proxyEvent(
  request: ReceivedRequest,
  { resource, pathParameters }: RouteMatch,
  body: string,
  context: RequestContext,
  stageVariables: Readonly<Record<string, string>>,
  trace: string,
): Omit<APIGatewayProxyEvent, "requestContext"> & {
  requestContext: Omit<APIGatewayProxyEvent["requestContext"], "authorizer">;
} {
  const headers: Fields = [
    ...request.headers.filter(([name]) => !ownHeaders.has(name.toLowerCase())),
    ["X-Forwarded-For", forwardedFor(request)],
    ["X-Forwarded-Port", new URL(`http://${context.domainName}`).port || "80"],
    ["X-Forwarded-Proto", "http"],
    ["X-Amzn-Trace-Id", trace],
  ];
  const query = [...queryParameters(request)].flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  );
  return {
    resource: resource.path,
    path: request.path,
    httpMethod: request.httpMethod,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: query.length > 0 ? lastValues(query) : null,
    multiValueQueryStringParameters: query.length > 0 ? allValues(query) : null,
    pathParameters: Object.keys(pathParameters).length > 0 ? pathParameters : null,
    stageVariables: Object.keys(stageVariables).length > 0 ? stageVariables : null,
    requestContext: {
      ...context,
      resourceId: resource.id,
      resourcePath: resource.path,
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: context.identity.sourceIp,
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: context.identity.userAgent,
        user: null,
        apiKey: null,
        apiKeyId: null,
        clientCert: null,
      },
    },
    body: body === "" ? null : body,
    isBase64Encoded: false,
  };
}

function forwardedFor(request: ReceivedRequest): string {
  const sent = request.headers.filter(([name]) => name.toLowerCase() === "x-forwarded-for");
  return [...sent.map(([, value]) => value), request.sourceIp].join(", ");
}
