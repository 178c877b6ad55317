import * as v from "valibot";
import { account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Clock } from "../../clock.ts";
import type { Lambda } from "../../lambda/lambda.ts";

/** A function that API Gateway calls, as a deployment captured it. */
export interface FunctionTarget {
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
}

/** `latency` in milliseconds. */
export type CallOutcome =
  | { readonly kind: "returned"; readonly payload: unknown; readonly latency: number }
  | { readonly kind: "failed"; readonly message: string; readonly latency: number }
  | { readonly kind: "timed-out"; readonly message: string; readonly latency: number };

const uriForm =
  /^arn:aws:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:[^/]+)\/invocations$/;

/** The function of an invoke ARN. Throws on another integration URI. */
export function functionArnOf(invokeArn: string): string {
  const functionArn = uriForm.exec(invokeArn)?.[1];
  if (!functionArn) {
    throw new Error(`${invokeArn} is not supported by the local cloud: it must be a function's invoke ARN.`);
  }
  return functionArn;
}

/** Invokes the function as API Gateway does; `sourceArn` is what its permission must name. Never rejects. */
export async function callFunction(
  { clock, lambda }: { readonly clock: Clock; readonly lambda: Lambda },
  { functionArn, timeoutMilliseconds }: FunctionTarget,
  sourceArn: string,
  payload: unknown,
): Promise<CallOutcome> {
  const startedAt = clock.now();
  const timeout = Promise.withResolvers<CallOutcome>();
  const timer = clock.setTimeout(
    () =>
      timeout.resolve({
        kind: "timed-out",
        message: "Endpoint request timed out",
        latency: timeoutMilliseconds,
      }),
    timeoutMilliseconds,
  );
  const call = async (): Promise<CallOutcome> => {
    try {
      const result = await lambda.invoke({
        functionName: functionArn,
        payload,
        principal: { kind: "service", service: "apigateway.amazonaws.com" },
        context: { "aws:SourceArn": sourceArn, "aws:SourceAccount": account.id },
      });
      const latency = clock.now() - startedAt;
      return result.kind === "returned"
        ? { kind: "returned", payload: result.payload, latency }
        : { kind: "failed", message: result.errorMessage, latency };
    } catch (error) {
      const message = error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
      return { kind: "failed", message, latency: clock.now() - startedAt };
    }
  };
  const outcome = await Promise.race([call(), timeout.promise]);
  timer.cancel();
  return outcome;
}

const proxyResponse = v.object({
  statusCode: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.transform(Number))]),
    v.integer(),
    v.minValue(100),
    v.maxValue(599),
  ),
  headers: v.nullish(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
  body: v.nullish(v.string()),
  isBase64Encoded: v.nullish(v.boolean()),
});

export interface ProxyResponse {
  readonly statusCode: number;
  /** Text for the socket; empty when there is none. */
  readonly body: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * What a function behind a Lambda proxy integration returned; undefined when it has not the form
 * `{ statusCode, headers?, body?, isBase64Encoded? }`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integrations.html
 */
export function readProxyResponse(payload: unknown): ProxyResponse | undefined {
  const parsed = v.safeParse(proxyResponse, payload);
  if (!parsed.success) return undefined;
  const { statusCode, headers, body, isBase64Encoded } = parsed.output;
  return {
    statusCode,
    body: isBase64Encoded ? Buffer.from(body ?? "", "base64").toString() : (body ?? ""),
    headers: new Map(
      Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
  };
}
