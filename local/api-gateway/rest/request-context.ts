import { account } from "../../account.ts";
import { commonLogTime } from "../common-log-time.ts";
import { type RandomBytes, requestId, uuid } from "../identifiers.ts";
import type { Resource } from "./api-definition.ts";
import { headerValue, type ReceivedRequest } from "./received-request.ts";

/** What `$context` gives to templates, access logs and, in part, to the function. */
export interface RequestContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly httpMethod: string;
  /** With the stage, without the query. */
  readonly path: string;
  readonly protocol: string;
  /** CLF, such as `09/Apr/2015:12:34:56 +0000`. */
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly identity: { readonly sourceIp: string; readonly userAgent: string | null };
  readonly resourceId?: string;
  readonly resourcePath?: string;
}

export function requestContext(
  request: ReceivedRequest,
  apiId: string,
  now: number,
  randomBytes: RandomBytes,
): RequestContext {
  return {
    accountId: account.id,
    apiId,
    stage: request.stage,
    requestId: uuid(randomBytes),
    extendedRequestId: requestId(randomBytes),
    httpMethod: request.httpMethod,
    path: request.fullPath,
    protocol: request.protocol,
    requestTime: commonLogTime(now),
    requestTimeEpoch: now,
    domainName: headerValue(request, "host") ?? "",
    domainPrefix: apiId,
    identity: {
      sourceIp: request.sourceIp,
      userAgent: headerValue(request, "user-agent") ?? null,
    },
  };
}

export function atResource(context: RequestContext, resource: Resource): RequestContext {
  return { ...context, resourceId: resource.id, resourcePath: resource.path };
}
