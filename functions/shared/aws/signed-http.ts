import { text } from "node:stream/consumers";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { memoize } from "@smithy/core/config";
import { HttpRequest } from "@smithy/core/protocols";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "./sha256.ts";

/** Who signs, for which Region, and what sends. */
export interface Signing {
  /** Default: the instance's. */
  readonly region?: string;
  /** Default: what Lambda gives an instance in its environment, which holds as long as the instance lives. */
  readonly credentials?: ConstructorParameters<typeof SignatureV4>[0]["credentials"];
  /** Default: the SDK's handler for Node, whose connections stay open. */
  readonly requestHandler?: Pick<NodeHttpHandler, "handle" | "destroy">;
}

export interface SignedRequest {
  readonly method: "POST" | "DELETE";
  /** Below the path of the endpoint, with its slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends requests to one endpoint of AWS, signed with its Signature Version 4. */
export interface SignedHttp {
  /** Rejects with a network error as Node gives it, and with `AbortError` when the signal says so. */
  send(request: SignedRequest, abortSignal?: AbortSignal): Promise<HttpAnswer>;
  /** Closes connections that stayed open. */
  destroy(): void;
}

/**
 * The SDK's signer and its HTTP handler, without the rest of the SDK's clients, which takes more than twice their time
 * (docs/decisions/0022-calls-are-signed-without-the-sdk-clients.md). `service` is the name that AWS signs for.
 */
export function signedHttp(service: string, endpoint: string, signing: Signing = {}): SignedHttp {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint);
  const {
    region = process.env.AWS_REGION ?? "",
    credentials = memoize(fromEnv()),
    requestHandler = new NodeHttpHandler(),
  } = signing;
  const signer = new SignatureV4({ region, credentials, service, sha256: Sha256 });
  const base = pathname === "/" ? "" : pathname;
  return {
    send: async ({ method, path, headers, body }, abortSignal) => {
      const bytes = body === undefined ? undefined : Buffer.from(body);
      const request = new HttpRequest({
        ...{ method, protocol, hostname, path: `${base}${path}` },
        ...(port !== "" && { port: Number(port) }),
        headers: { host, ...headers, ...(bytes && { "content-length": String(bytes.length) }) },
        ...(bytes && { body: bytes }),
      });
      const signed = new HttpRequest(await signer.sign(request));
      const { response } = await requestHandler.handle(signed, abortSignal && { abortSignal });
      // Also of a success: the socket is free only when its answer was read.
      const answer = response.body === undefined ? "" : await text(response.body);
      return { statusCode: response.statusCode, headers: response.headers, body: answer };
    },
    destroy: () => requestHandler.destroy(),
  };
}
