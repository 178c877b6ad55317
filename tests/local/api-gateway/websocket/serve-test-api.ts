import type { IncomingMessage } from "node:http";
import { connect as openSocket } from "node:net";
import { WebSocket } from "ws";
import { createWebSocketApis } from "../../../../local/api-gateway/websocket/create-web-socket-apis.ts";
import type {
  StageConfiguration,
  WebSocketApis,
} from "../../../../local/api-gateway/websocket/web-socket-apis.ts";
import { AwsError } from "../../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../../local/clock.ts";
import { createFaults } from "../../../../local/faults/create-faults.ts";
import type { AccessRequest, Iam } from "../../../../local/iam/iam.ts";
import type { Invocation, Lambda } from "../../../../local/lambda/lambda.ts";
import type { Logs } from "../../../../local/logs/logs.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test's handlers read the events they expect.
export type TestHandler = (event: any) => unknown;

export interface TestRoute {
  readonly handler: TestHandler;
  readonly answers?: boolean;
  /** Selects a route response, yet none is declared. */
  readonly lacksRouteResponse?: boolean;
  readonly timeoutMilliseconds?: number;
}

export interface TestApiOptions {
  readonly routes: Readonly<Record<string, TestRoute>>;
  readonly authorizer?: TestHandler;
  readonly identitySources?: readonly string[];
  readonly stage?: Partial<StageConfiguration>;
  readonly newConnectionsPerSecond?: number;
}

export const startOfTime = Date.UTC(2026, 0, 2, 3, 4, 5);
export const invokeArn = (name: string) =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${name}/invocations`;
export const logGroup = "/synapse-d/test/access";
export const logGroupArn = `arn:aws:logs:us-east-1:000000000000:log-group:${logGroup}`;
export const allowAll = (event: { methodArn: string }) => ({
  principalId: "someone",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: event.methodArn }],
  },
});
export const ok: TestRoute = { handler: () => ({ statusCode: 200 }) };

const running = new Set<WebSocketApis>();

/** Ends what the tests of a file started: for `afterEach`. */
export async function stopTestApis(): Promise<void> {
  await Promise.all([...running].map((apis) => apis.stop()));
  running.clear();
}

/** The gateway on fakes of the other services, with time that only `clock.advance` moves. */
export function gatewayOnFakes(newConnectionsPerSecond = 500) {
  const clock = new AdvanceableClock(() => startOfTime);
  const handlers = new Map<string, TestHandler>();
  const invocations: Invocation[] = [];
  const accesses: AccessRequest[] = [];
  const lines: string[] = [];
  const denial: { reason: string | undefined } = { reason: undefined };
  const lambda = {
    invoke: async (invocation: Invocation) => {
      invocations.push(invocation);
      const handler = handlers.get(invocation.functionName.split(":").at(-1) ?? "");
      if (!handler) throw new AwsError("ResourceNotFoundException", 404, "Function not found");
      try {
        const result = await handler(JSON.parse(JSON.stringify(invocation.payload)));
        return {
          kind: "returned",
          payload: result === undefined ? null : JSON.parse(JSON.stringify(result)),
        };
      } catch (error) {
        if (error instanceof AwsError) throw error;
        const { name, message } = error as Error;
        return { kind: "failed", errorType: name, errorMessage: message };
      }
    },
  } as Lambda;
  const iam = {
    authenticate: ({ headers }) => {
      const scope = /Credential=(\w+)\/\d+\/[\w-]+\/([\w-]+)\//.exec(headers.authorization ?? "");
      if (scope?.[1] !== "AKIDTEST") {
        throw new AwsError("UnrecognizedClientException", 403, "The security token is invalid.");
      }
      return {
        principal: { kind: "role", arn: "arn:aws:iam::000000000000:role/test" },
        service: scope[2] ?? "",
      };
    },
    authorize: (request) => {
      accesses.push(request);
      if (denial.reason) throw new AwsError("AccessDeniedException", 403, denial.reason);
    },
  } as Iam;
  const logs = {
    append: (_: string, message: string) => void lines.push(message),
    groups: () => [{ name: logGroup, retentionInDays: 7 }],
  } as unknown as Logs;
  const faults = createFaults({ clock });
  const apis = createWebSocketApis({ clock, iam, lambda, logs, faults, newConnectionsPerSecond });
  running.add(apis);
  return { clock, handlers, invocations, accesses, lines, denial, faults, apis };
}

/** Declares and deploys an API with the stage `v1`. */
export async function serveTestApi(options: TestApiOptions) {
  const gateway = gatewayOnFakes(options.newConnectionsPerSecond);
  const { apis, handlers } = gateway;
  const api = await apis.createApi({ name: "test", routeSelectionExpression: "$request.body.action" });
  let authorizerId: string | undefined;
  if (options.authorizer) {
    handlers.set("authorizer", options.authorizer);
    authorizerId = apis.putAuthorizer(api.id, {
      name: "authorizer",
      authorizerUri: invokeArn("authorizer"),
      identitySources: options.identitySources ?? ["route.request.querystring.proof"],
    });
  }
  for (const [routeKey, route] of Object.entries(options.routes)) {
    handlers.set(routeKey, route.handler);
    const integration = apis.putIntegration(api.id, {
      integrationUri: invokeArn(routeKey),
      timeoutMilliseconds: route.timeoutMilliseconds ?? 29_000,
    });
    const routeId = apis.putRoute(api.id, {
      routeKey,
      target: `integrations/${integration}`,
      authorizerId: routeKey === "$connect" ? authorizerId : undefined,
      selectsRouteResponse: route.answers ?? false,
    });
    if (route.answers && !route.lacksRouteResponse) apis.putRouteResponse(api.id, routeId);
  }
  const deploymentId = apis.createDeployment(api.id);
  const stage = { name: "v1", deploymentId, routeThrottles: {}, variables: {}, ...options.stage };
  const { invokeUrl } = apis.putStage(api.id, stage);
  return { ...gateway, api, authorizerId, stage, url: invokeUrl };
}

/** Lets pending work of the event loop, sockets included, run until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = process.hrtime.bigint() + 20_000_000_000n;
  while (!condition()) {
    if (process.hrtime.bigint() > deadline) throw new Error("The condition did not come true in 20 seconds.");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** An open client of the `ws` library. */
export async function connect(url: string, options: { protocols?: string[] } = {}) {
  const socket = new WebSocket(url, options.protocols ?? [], { perMessageDeflate: false });
  const messages: string[] = [];
  let port = 0;
  socket.once("upgrade", (response) => {
    port = response.socket.localPort ?? 0;
  });
  socket.on("message", (data) => messages.push(String(data)));
  socket.on("error", () => {});
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return {
    socket,
    messages,
    closed,
    /** The client's own end of the TCP connection. */
    port,
    /** The first `count` messages, once they are there. */
    async received(count: number): Promise<readonly string[]> {
      await until(() => messages.length >= count);
      return messages;
    },
  };
}

/** What a WebSocket client of the bare protocol sends first. */
export const upgradeText = (url: string) =>
  `GET /v1 HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n";

/** A plain TCP socket to the server; `received` is all that came back. */
export function openRaw(url: string) {
  const chunks: Buffer[] = [];
  const socket = openSocket(Number(new URL(url).port), "127.0.0.1");
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => {});
  return { socket, received: () => Buffer.concat(chunks) };
}

/** A TCP socket whose handshake is done; `frames` are the bytes after it. */
export async function rawClient(url: string) {
  const { socket, received } = openRaw(url);
  socket.write(upgradeText(url));
  await until(() => received().includes("\r\n\r\n"));
  return { socket, frames: () => received().subarray(received().indexOf("\r\n\r\n") + 4) };
}

/** The answer to a handshake that is refused. */
export async function refusal(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, { headers });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    socket.once("unexpected-response", (_, message) => resolve(message));
    socket.once("open", () => reject(new Error("The handshake was accepted.")));
    socket.once("error", reject);
  });
  let body = "";
  for await (const chunk of response) body += chunk;
  socket.on("error", () => {});
  socket.terminate();
  return { status: response.statusCode, errorType: response.headers["x-amzn-errortype"], body };
}
