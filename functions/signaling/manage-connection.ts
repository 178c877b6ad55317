import * as v from "valibot";
import { AwsServiceError } from "../shared/aws/aws-service-error.ts";
import { type HttpAnswer, type SignedHttp, type Signing, signedHttp } from "../shared/aws/signed-http.ts";
import { traceCall } from "../shared/tracing/work-trace.ts";

/**
 * Sends one text frame to a connection. Rejects with AwsServiceError when API Gateway does not take it; with
 * `AbortError` when the signal says so.
 */
export type PostToConnection = (
  connectionId: string,
  frame: string,
  abortSignal: AbortSignal,
) => Promise<void>;

/** Closes a connection. Rejects likewise. */
export type DeleteConnection = (connectionId: string, abortSignal: AbortSignal) => Promise<void>;

/** Of the API whose management URL this is. The one call of every frame. */
export function postToConnection(endpoint: string, signing?: Signing): PostToConnection {
  const http = signedHttp("execute-api", endpoint, signing);
  return (connectionId, frame, abortSignal) =>
    call("PostToConnection", 200, () =>
      http.send(
        {
          method: "POST",
          path: `/@connections/${encodeURIComponent(connectionId)}`,
          headers: { "content-type": "application/octet-stream" },
          body: frame,
        },
        abortSignal,
      ),
    );
}

/** Of the API whose management URL this is. */
export function deleteConnection(endpoint: string, signing?: Signing): DeleteConnection {
  const http = signedHttp("execute-api", endpoint, signing);
  return (connectionId, abortSignal) =>
    call("DeleteConnection", 204, () =>
      http.send({ method: "DELETE", path: `/@connections/${encodeURIComponent(connectionId)}` }, abortSignal),
    );
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html */
async function call(
  operation: string,
  success: number,
  send: () => ReturnType<SignedHttp["send"]>,
): Promise<void> {
  await traceCall(
    () => ({
      name: "ApiGatewayManagementApi",
      namespace: "aws" as const,
      detail: () => ({ aws: { operation } }),
    }),
    async () => {
      const answer = await send();
      if (answer.statusCode !== success) throw refusalOf(answer);
    },
  );
}

const said = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ message: v.optional(v.string()), Message: v.optional(v.string()) }),
);

/** The message names what IAM denies. */
function refusalOf({ statusCode, headers, body }: HttpAnswer): AwsServiceError {
  const parsed = v.safeParse(said, body);
  const message = parsed.success ? (parsed.output.message ?? parsed.output.Message) : undefined;
  return new AwsServiceError(
    headers["x-amzn-errortype"]?.split(":")[0] ?? "UnknownError",
    message ?? `API Gateway answered ${statusCode}`,
    { httpStatusCode: statusCode },
  );
}
