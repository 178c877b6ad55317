import type { IncomingMessage } from "node:http";
import { readBody } from "../../loopback/read-body.ts";
import { type Fields, fieldsOf } from "../fields.ts";

/** A request as the gateway's front took it in, before any body was read. */
export interface ReceivedRequest {
  readonly httpMethod: string;
  /** The first segment of the path. */
  readonly stage: string;
  /** The path as sent, with the stage. */
  readonly fullPath: string;
  /** The path as sent, without the stage: `/` or `/a/b`. */
  readonly path: string;
  /** What follows the `?`, as sent. */
  readonly query: string;
  /** In order, with the case of the names as sent. */
  readonly headers: Fields;
  readonly protocol: string;
  readonly sourceIp: string;
  /** Asked for once. */
  readBody(): Promise<BodyResult>;
}

export type BodyResult =
  | { readonly kind: "read"; readonly body: string }
  | { readonly kind: "too large" }
  /** The client went away before its body was complete. */
  | { readonly kind: "aborted" };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const longestBody = 10 * 1024 * 1024;

export function receiveRequest(message: IncomingMessage): ReceivedRequest {
  const target = originForm(message.url ?? "/");
  const questionMark = target.indexOf("?");
  const fullPath = questionMark < 0 ? target : target.slice(0, questionMark);
  const slash = fullPath.indexOf("/", 1);
  return {
    httpMethod: message.method ?? "",
    stage: slash < 0 ? fullPath.slice(1) : fullPath.slice(1, slash),
    fullPath,
    path: slash < 0 ? "/" : fullPath.slice(slash),
    query: questionMark < 0 ? "" : target.slice(questionMark + 1),
    headers: fieldsOf(message.rawHeaders),
    protocol: `HTTP/${message.httpVersion}`,
    sourceIp: message.socket.remoteAddress ?? "127.0.0.1",
    readBody: async () => {
      try {
        const body = await readBody(message, longestBody);
        return body ? { kind: "read", body: body.toString("utf8") } : { kind: "too large" };
      } catch {
        return { kind: "aborted" };
      }
    },
  };
}

/** Bytes of the request line and the headers, which API Gateway limits together. */
export function headersLength(request: ReceivedRequest): number {
  const line = request.httpMethod.length + request.fullPath.length + request.query.length;
  return request.headers.reduce((length, [name, value]) => length + name.length + value.length, line);
}

/** The last value of a header, whatever the case of its name. */
export function headerValue(request: ReceivedRequest, name: string): string | undefined {
  return request.headers.findLast(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** The media type of the body, in lower case and without parameters; `application/json` when none is named. */
export function mediaType(request: ReceivedRequest): string {
  const type = headerValue(request, "content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  return type || "application/json";
}

/** Name → values in order, percent-decoded. A value that cannot be decoded stays as sent. */
export function queryParameters(request: ReceivedRequest): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const part of request.query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? "" : decode(part.slice(equals + 1));
    parameters.set(name, [...(parameters.get(name) ?? []), value]);
  }
  return parameters;
}

function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** A request target may also be a whole URL (RFC 9112, 3.2.2); Node leaves it as sent. */
function originForm(target: string): string {
  const url = target.startsWith("/") ? null : URL.parse(target);
  return url ? `${url.pathname}${url.search}` : target;
}
