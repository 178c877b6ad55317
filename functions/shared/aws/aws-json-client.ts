import * as v from "valibot";
import { traceCall } from "../tracing/work-trace.ts";
import { type AnswerMetadata, AwsServiceError, type ErrorClass } from "./aws-service-error.ts";
import { endpointOf } from "./endpoint-of.ts";
import { type HttpAnswer, type SignedHttp, type Signing, signedHttp } from "./signed-http.ts";

/** Where the service is, and who signs. All have defaults in a Lambda function. */
export interface ClientConfiguration extends Signing {
  /** Default: what `AWS_ENDPOINT_URL` names, else the service's own in the Region. */
  readonly endpoint?: string;
}

/** One operation and its parameters, in the names of AWS's API. */
export abstract class AwsCommand<Input extends object, Output> {
  abstract readonly operation: string;
  readonly input: Input;
  /** Never there: it tells the compiler what the operation answers. */
  declare readonly output?: Omit<Output, "$metadata">;

  constructor(input: Input) {
    this.input = input;
  }
}

/** A service of AWS that speaks the AWS JSON protocol. */
export interface JsonService {
  /** As X-Ray's map shows it. */
  readonly name: string;
  /** What AWS signs for, and the first part of the service's host. */
  readonly signingName: string;
  /** What stands before the operation in `X-Amz-Target`. */
  readonly target: string;
  readonly jsonVersion: "1.0" | "1.1";
  /** Errors that have a class of their own, by their code. */
  readonly errors: Readonly<Record<string, ErrorClass>>;
}

/**
 * A client of one service: each call is one signed request, tried once, and a segment of the trace. It has the shape of
 * the SDK's clients, so that commands read as they do everywhere.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export class AwsJsonClient {
  readonly #service: JsonService;
  readonly #http: SignedHttp;

  constructor(service: JsonService, { endpoint, ...signing }: ClientConfiguration = {}) {
    this.#service = service;
    const region = signing.region ?? process.env.AWS_REGION ?? "";
    this.#http = signedHttp(
      service.signingName,
      endpoint ?? endpointOf(service, region, process.env),
      signing,
    );
  }

  /**
   * Rejects with AwsServiceError when the service refuses, or one of its classes; with a network error as Node gives
   * it; and with `AbortError` when the signal says so.
   */
  async send<Output>(
    command: Pick<AwsCommand<object, unknown>, "operation" | "input"> & { readonly output?: Output },
    { abortSignal }: { readonly abortSignal?: AbortSignal } = {},
  ): Promise<Output> {
    const { name } = this.#service;
    const { operation, input } = command;
    const called = await traceCall<{ readonly output: unknown; readonly $metadata: AnswerMetadata }>(
      () => ({
        name,
        namespace: "aws",
        detail: (result, error) => ({
          aws: { operation, ...resourceOf(input), ...requestOf(result ?? error) },
        }),
      }),
      async (id) => {
        const answer = await this.#call(operation, this.withTrace(operation, input, id), abortSignal);
        return { output: read(answer.body), $metadata: metadataOf(answer) };
      },
    );
    return called.output as Output;
  }

  destroy(): void {
    this.#http.destroy();
  }

  /** What is sent of an operation's parameters, with the trace that goes on from the call of that id. */
  protected withTrace(_operation: string, input: object, _callId: string | undefined): object {
    return input;
  }

  async #call(operation: string, input: object, abortSignal?: AbortSignal): Promise<HttpAnswer> {
    const { target, jsonVersion, errors } = this.#service;
    const header = process.env._X_AMZN_TRACE_ID;
    const headers = {
      "content-type": `application/x-amz-json-${jsonVersion}`,
      "x-amz-target": `${target}.${operation}`,
      // SQS takes it for messages without one of their own, and Lambda ends loops by it.
      ...(header && { "x-amzn-trace-id": header }),
    };
    const request = { method: "POST", path: "/", headers, body: JSON.stringify(input) } as const;
    const answer = await this.#http.send(request, abortSignal);
    if (answer.statusCode !== 200) throw refusalOf(answer, errors);
    return answer;
  }
}

const refused = v.looseObject({
  __type: v.optional(v.string(), ""),
  message: v.optional(v.string()),
  Message: v.optional(v.string()),
});

const noRefusal: v.InferOutput<typeof refused> = { __type: "" };

function refusalOf(answer: HttpAnswer, errors: JsonService["errors"]): AwsServiceError {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), refused), answer.body);
  const { __type, message, Message, ...details } = parsed.success ? parsed.output : noRefusal;
  // `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`, with or without what is before the `#`.
  const code = __type.slice(__type.indexOf("#") + 1) || "UnknownError";
  const said = message ?? Message ?? `AWS answered ${answer.statusCode}`;
  const Refusal = (Object.hasOwn(errors, code) && errors[code]) || AwsServiceError;
  return new Refusal(code, said, metadataOf(answer), details);
}

const read = (body: string): unknown => (body === "" ? {} : JSON.parse(body));

const metadataOf = ({ statusCode, headers }: HttpAnswer): AnswerMetadata => ({
  httpStatusCode: statusCode,
  ...(headers["x-amzn-requestid"] !== undefined && { requestId: headers["x-amzn-requestid"] }),
});

/** Names of the stack's own tables and queues say nothing of people; keys and bodies would. */
function resourceOf(input: object): object {
  return {
    ...("TableName" in input && { table_name: input.TableName }),
    ...("QueueUrl" in input && { queue_url: input.QueueUrl }),
  };
}

const withMetadata = v.object({ $metadata: v.object({ requestId: v.string() }) });

const requestOf = (answered: unknown): object =>
  v.is(withMetadata, answered) ? { request_id: answered.$metadata.requestId } : {};
