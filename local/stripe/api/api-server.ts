import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { matchPath } from "../../loopback/match-path.ts";
import { readBody } from "../../loopback/read-body.ts";
import type { Account } from "../account.ts";
import type { ApiRoute } from "./api-route.ts";
import { authenticate } from "./authenticate.ts";
import { expand } from "./expand.ts";
import { parseForm } from "./form.ts";
import { createIdempotencyKeys, isKept, type StoredAnswer } from "./idempotency.ts";
import { parseParameters } from "./parse-parameters.ts";
import type { RequestFault, RequestFaults } from "./request-faults.ts";
import { invalid, StripeError } from "./stripe-error.ts";
import { apiVersion, checkVersion, inVersion } from "./versions.ts";

export interface ApiServerOptions {
  readonly account: Account;
  readonly routes: readonly ApiRoute[];
  readonly secretKey: string;
  readonly faults: RequestFaults;
  /** Told of a path that the fake does not have, and of a fault of its own. */
  readonly onTrouble: (trouble: unknown) => void;
}

interface Request {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly key: string | undefined;
  readonly version: string;
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Bytes of a request body. */
const bodyLimit = 256 * 1_024;

/**
 * Answers requests below `/v1` and `/v2` as Stripe does: authentication, idempotency, parameters, expansion,
 * version. Everything that is refused, unknown paths included, has Stripe's `error` in its body: its SDK takes
 * a 404 without one for success.
 */
export function createApi(options: ApiServerOptions) {
  const { account, onTrouble } = options;
  const keys = createIdempotencyKeys(() => account.clock.now());

  return (message: IncomingMessage, response: ServerResponse): void => {
    const id = account.newId("req_");
    const answered = answer(message, response, id).catch((fault: unknown) => {
      if (!(fault instanceof StripeError)) onTrouble(fault);
      return replyTo(fault);
    });
    answered
      .then((reply) => {
        if (reply === "nothing") return;
        response.writeHead(reply.status, {
          "content-type": "application/json",
          "request-id": id,
          ...reply.headers,
        });
        response.end(reply.body);
        if (!message.readableEnded) message.resume();
      })
      .catch(onTrouble);
  };

  async function answer(
    message: IncomingMessage,
    response: ServerResponse,
    id: string,
  ): Promise<Reply | "nothing"> {
    const { method = "GET", headers } = message;
    const [path = "", query = ""] = (message.url ?? "").split("?", 2);
    authenticate(headers.authorization, options.secretKey);
    const version = checkVersion(String(headers["stripe-version"] ?? apiVersion));
    const bytes = await readBody(message, bodyLimit);
    if (bytes === undefined) throw new StripeError(413, `The request body is over ${bodyLimit} bytes.`);
    const key = headers["idempotency-key"];
    const request: Request = {
      id,
      method,
      path,
      query,
      key: key === undefined ? undefined : String(key),
      version,
    };
    const { route, pathId } = routeFor(request);
    const fault = options.faults.take(method, path);
    if (fault?.kind === "rate_limit" || fault?.kind === "lock_timeout") throw limited(fault.kind);
    const given = parametersOf(request, bytes.toString("utf8"));
    const reply = await once(request, given, async () => {
      // What is sent meanwhile finds the key in use, as it does at Stripe.
      if (fault?.kind === "latency") await later(account, fault.milliseconds);
      return executeOrFail(route, pathId, request, given, fault);
    });
    return fault?.kind === "hang" || fault?.kind === "drop" ? unanswered(fault, response) : reply;
  }

  /** Executes a request with an idempotency key at most once. */
  async function once(request: Request, given: object, execute: () => Promise<Reply>): Promise<Reply> {
    const { key, method, path, id } = request;
    // API v1 ignores the key of what is idempotent anyway.
    if (key === undefined || method === "GET" || (method === "DELETE" && path.startsWith("/v1/")))
      return execute();
    const begun = keys.begin(key, hash("sha256", JSON.stringify([method, path, given])));
    if (begun.kind === "replay") return replayed(begun, key);
    const reply = await execute();
    if (isKept(reply.status)) keys.keep(key, { status: reply.status, body: reply.body, requestId: id });
    else keys.forget(key);
    return { ...reply, headers: { ...reply.headers, "idempotency-key": key, "original-request": id } };
  }

  function executeOrFail(
    route: ApiRoute,
    pathId: string,
    request: Request,
    given: object,
    fault: RequestFault | undefined,
  ): Reply {
    const isFailing = fault?.kind === "error" || fault?.kind === "hang" || fault?.kind === "drop";
    const reply = isFailing && !fault.executed ? undefined : execute(route, pathId, request, given);
    if (fault?.kind === "error") return replyTo(new StripeError(500, "An error on our side.", serverFault));
    // Without `executed` nothing has happened, so nothing is to be kept: 409 is not.
    return reply ?? { status: 409, body: "" };
  }

  function execute(route: ApiRoute, pathId: string, request: Request, given: object): Reply {
    try {
      const parameters = parseParameters(route.schema, given);
      const cause = { id: request.id, idempotencyKey: request.key ?? null };
      const result = account.transact(cause, () => route.answer({ account, id: pathId, parameters }));
      const { expand: paths } = parameters as { expand?: string[] };
      const body = inVersion(expand(account, result, paths), request.version);
      return { status: 200, body: JSON.stringify(body), headers: { "stripe-version": request.version } };
    } catch (fault) {
      if (!(fault instanceof StripeError)) onTrouble(fault);
      return replyTo(fault);
    }
  }

  function routeFor({ method, path }: Request): { readonly route: ApiRoute; readonly pathId: string } {
    for (const route of options.routes) {
      const parameters = route.method === method ? matchPath(route.path, path) : undefined;
      if (parameters) return { route, pathId: parameters.id ?? "" };
    }
    onTrouble(`The Stripe fake has no ${method} ${path.slice(0, 200)}.`);
    throw new StripeError(404, `Unrecognized request URL (${method}: ${path.slice(0, 200)}).`);
  }
}

const later = ({ clock }: Account, milliseconds: number) =>
  new Promise<void>((resolve) => void clock.setTimeout(resolve, milliseconds));

function parametersOf({ method, path, query }: Request, body: string): object {
  if (method === "GET" || method === "DELETE") return parseForm(query || body);
  if (!path.startsWith("/v2/")) return parseForm(body);
  try {
    const given: unknown = JSON.parse(body || "{}");
    if (typeof given === "object" && given !== null && !Array.isArray(given)) return given;
  } catch {
    // Refused below, like any other body that is no object.
  }
  throw invalid("The body of an API v2 request is a JSON object.");
}

function unanswered(fault: RequestFault, response: ServerResponse): "nothing" {
  if (fault.kind === "drop") response.destroy();
  return "nothing";
}

const replayed = ({ status, body, requestId }: StoredAnswer, key: string): Reply => ({
  status,
  body,
  headers: { "idempotency-key": key, "original-request": requestId, "idempotent-replayed": "true" },
});

// Stripe would replay its answer anyway, so it asks not to be sent the request again.
const serverFault = { type: "api_error", headers: { "stripe-should-retry": "false" } } as const;

const limited = (kind: "rate_limit" | "lock_timeout") =>
  new StripeError(
    429,
    kind === "rate_limit" ? "Too many requests." : "Another request holds this object's lock.",
    {
      code: kind,
      headers:
        kind === "rate_limit"
          ? { "stripe-rate-limited-reason": "global-rate" }
          : { "stripe-should-retry": "true" },
    },
  );

function replyTo(fault: unknown): Reply {
  const error =
    fault instanceof StripeError
      ? fault
      : new StripeError(500, "The Stripe fake failed to answer.", serverFault);
  return {
    status: error.status,
    body: JSON.stringify(error),
    ...(error.details.headers && { headers: error.details.headers }),
  };
}
