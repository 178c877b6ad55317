import { text } from "node:stream/consumers";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { Sha256Node } from "@smithy/core/checksum";
import { memoize } from "@smithy/core/config";
import { HttpRequest } from "@smithy/core/protocols";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import * as v from "valibot";
import { traceCall } from "../shared/tracing/work-trace.ts";

/**
 * Sends one text frame to a connection. Rejects with an error that has AWS's name and `$metadata.httpStatusCode`, as
 * the SDK's have, when API Gateway does not take it; with `AbortError` when the signal says so.
 */
export type PostToConnection = (connectionId: string, frame: string, signal: AbortSignal) => Promise<void>;

/** Who signs, and for which Region. */
export interface Signing {
  readonly region: string;
  readonly credentials: ConstructorParameters<typeof SignatureV4>[0]["credentials"];
}

/** What Lambda gives an instance in its environment, which holds as long as it lives. */
const ofInstance = (): Signing => ({
  region: process.env.AWS_REGION ?? "",
  credentials: memoize(fromEnv()),
});

/**
 * PostToConnection of the API whose management URL this is, with the SDK's signer and its HTTP handler. The rest of
 * the SDK's client takes twice their time, and this is the one call of every frame.
 * https://docs.aws.amazon.com/apigatewaymanagementapi/latest/APIReference/API_PostToConnection.html
 */
export function postToConnection(endpoint: string, signing: Signing = ofInstance()): PostToConnection {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint);
  const signer = new SignatureV4({ ...signing, service: "execute-api", sha256: Sha256Node });
  const http = new NodeHttpHandler();
  const post: PostToConnection = async (connectionId, frame, abortSignal) => {
    const body = Buffer.from(frame);
    const request = new HttpRequest({
      method: "POST",
      protocol,
      hostname,
      ...(port !== "" && { port: Number(port) }),
      path: `${pathname}/@connections/${encodeURIComponent(connectionId)}`,
      headers: {
        host,
        "content-type": "application/octet-stream",
        "content-length": String(body.length),
      },
      body,
    });
    const { response } = await http.handle(new HttpRequest(await signer.sign(request)), { abortSignal });
    // Also of a success: the socket is free only when its answer was read.
    const answer = await text(response.body);
    if (response.statusCode !== 200) throw refusal(response, answer);
  };
  return (...call) => traceCall(tracedPost, () => post(...call));
}

const tracedPost = () => ({
  name: "ApiGatewayManagementApi",
  namespace: "aws" as const,
  detail: () => ({ aws: { operation: "PostToConnection" } }),
});

const answered = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ message: v.optional(v.string()), Message: v.optional(v.string()) }),
);

/** The message names what IAM denies. */
function refusal({ statusCode, headers }: Answer, answer: string): Error {
  const said = v.safeParse(answered, answer);
  const message = said.success ? (said.output.message ?? said.output.Message) : undefined;
  return Object.assign(new Error(message ?? `API Gateway answered ${statusCode}`), {
    name: headers["x-amzn-errortype"]?.split(":")[0] ?? "UnknownError",
    $metadata: { httpStatusCode: statusCode },
  });
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}
