import type { IncomingMessage, ServerResponse } from "node:http";
import { admit } from "./capability-url.ts";
import { listenOnLoopback } from "./loopback-server.ts";
import { matchPath } from "./match-path.ts";
import { readBody } from "./read-body.ts";

export interface CapabilityRequest {
  /** What stands in the path where the route has a name in braces, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The path below the token, such as `/health` or `/functions/{name}/kill`; `""` is the capability URL itself. */
  readonly path: string;
  readonly answer: (request: CapabilityRequest) => Answer | Promise<Answer>;
}

export interface CapabilityServerOptions {
  readonly token: string;
  readonly routes: readonly Route[];
  /** The one other origin whose pages may call this server, `http://127.0.0.1:PORT`. */
  readonly consoleOrigin?: () => string;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  /** Told what a route threw; the caller of the route gets 500 without it. */
  readonly onFault?: (fault: unknown) => void;
}

export interface CapabilityServer {
  /** `http://127.0.0.1:PORT/<token>`. */
  readonly url: string;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Bytes of a request body; more is answered with 413. */
const bodyLimit = 8 * 1024;

/** Headers of every answer: the URL holds a secret, so it must not travel in a Referer or be kept in a cache. */
const standing = {
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

export const json = (body: unknown, status = 200): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** A refusal as problem details (RFC 9457), in the shape of the deployed APIs. */
export const problem = (status: number, code: string, detail: string): Answer => ({
  status,
  headers: { "content-type": "application/problem+json" },
  body: JSON.stringify({ type: "about:blank", code, detail, retryable: status >= 500 }),
});

/**
 * An HTTP server on loopback whose routes only the holder of the capability URL reaches: a wrong Host
 * gets 421, a foreign Origin 403 `origin_foreign`, a request without the token 401 `token_required`.
 */
export async function startCapabilityServer(options: CapabilityServerOptions): Promise<CapabilityServer> {
  let ownOrigins: readonly string[] = [];
  const origins = () => [...ownOrigins, ...(options.consoleOrigin ? [options.consoleOrigin()] : [])];
  const onFault = options.onFault ?? ((fault: unknown) => console.error(fault));

  const server = await listenOnLoopback({
    port: options.port ?? 0,
    onRequest: (request, response) => {
      answerRequest(request, options, origins())
        .catch((fault: unknown) => {
          onFault(fault);
          return problem(500, "internal", "The local cloud failed to answer.");
        })
        .then((answer) => send(request, response, answer, origins()))
        .catch(onFault);
    },
  });
  ownOrigins = [server.url, server.url.replace("127.0.0.1", "localhost")];
  return { url: `${server.url}/${options.token}`, origin: server.url, close: server.close };
}

async function answerRequest(
  request: IncomingMessage,
  { token, routes }: CapabilityServerOptions,
  origins: readonly string[],
): Promise<Answer> {
  const { origin, authorization } = request.headers;
  const admission = admit({ target: request.url ?? "", origin, authorization }, token, origins);
  if (admission.kind === "refused") return problem(admission.status, admission.code, admission.detail);

  const here = routes.flatMap((route) => {
    const parameters = matchPath(route.path, admission.path);
    return parameters ? [{ ...route, parameters }] : [];
  });
  if (here.length === 0) return problem(404, "route_unknown", "No such path.");
  const methods = here.map(({ method }) => method).join(", ");
  if (request.method === "OPTIONS") return preflight(methods);
  const route = here.find(({ method }) => method === request.method);
  if (!route) {
    const refusal = problem(405, "method_not_allowed", `This path takes ${methods}.`);
    return { ...refusal, headers: { ...refusal.headers, allow: methods } };
  }

  const body = await readBody(request, bodyLimit);
  if (body === undefined) return problem(413, "body_too_large", `The body is over ${bodyLimit} bytes.`);
  const contentType = request.headers["content-type"] ?? "";
  const { parameters } = route;
  return route.answer({ parameters, query: admission.query, contentType, body: body.toString("utf8") });
}

/** What a browser asks before it sends a page's JSON (Fetch, 3.3.5). */
const preflight = (methods: string): Answer => ({
  status: 204,
  headers: {
    "access-control-allow-methods": methods,
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
  },
  body: "",
});

function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  origins: readonly string[],
): void {
  const { headers, readableEnded } = request;
  const { origin } = headers;
  const isReadable = origin !== undefined && origins.includes(origin);
  const hasBody = "content-length" in headers || "transfer-encoding" in headers;
  const unread = hasBody && !readableEnded;
  response.writeHead(answer.status, {
    ...standing,
    vary: "origin",
    ...(isReadable && { "access-control-allow-origin": origin }),
    ...(unread && { connection: "close" }),
    ...answer.headers,
  });
  response.end(answer.body);
  // What the sender is still writing is dropped, so that it can read the answer.
  if (unread) request.resume();
}
