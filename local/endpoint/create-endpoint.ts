import { randomUUID as systemRandomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import type { Tables } from "../dynamodb/tables.ts";
import { DroppedCall, type Faults, noFaults } from "../faults/faults.ts";
import type { ConditionContext, Iam, Principal } from "../iam/iam.ts";
import { listenOnLoopback } from "../loopback/loopback-server.ts";
import type { Secrets } from "../secrets/secrets.ts";
import { withSendersTrace } from "../sqs/message-trace.ts";
import type { Queues } from "../sqs/queues.ts";
import { answerHeaders, errorAnswer, readAnswer } from "./aws-json.ts";
import { dataServices, type ServiceAnswer } from "./data-services.ts";
import type { DataService, Endpoint } from "./endpoint.ts";
import { maxBodyBytes, parseTarget, readRequest, type Target } from "./read-request.ts";

export interface EndpointOptions {
  readonly iam: Pick<Iam, "authenticate" | "authorize">;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly secrets: Secrets;
  readonly clock: Pick<Clock, "now">;
  /** Met by calls that are allowed. Default: none. */
  readonly faults?: Pick<Faults, "through">;
  /** Names each request in its answer. */
  readonly randomUUID?: () => string;
  /** Told of a fault of the local cloud itself, which the caller sees as 500. Default: standard error. */
  readonly onFault?: (fault: unknown) => void;
}

/** Starts the endpoint on a loopback port that the system chooses. */
export async function createEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { iam, clock, faults = noFaults, randomUUID = systemRandomUUID, onFault = console.error } = options;
  const services = dataServices(options.tables, options.queues, options.secrets, clock);

  const run = async (
    principal: Principal,
    { service, operation }: Target,
    request: unknown,
    context: ConditionContext,
  ): Promise<ServiceAnswer> => {
    const { accessesOf, handle, denial } = services[service];
    const needed = accessesOf(operation, request).flatMap((access) =>
      access.resources.map((resource) => ({ access, resource })),
    );
    for (const { access, resource } of needed) {
      const allowed = {
        ...access,
        principal,
        resource,
        context: { ...context, ...access.context, ...overTls },
      };
      try {
        iam.authorize(allowed, denial.code);
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== denial.code) throw error;
        throw new AwsError(error.code, denial.status, error.message, error.details);
      }
    }
    const call = { service, operation, text: () => JSON.stringify(request) };
    return faults.through(call, () => handle(operation, request));
  };

  const answer = async (message: IncomingMessage, target: Target): Promise<ServiceAnswer> => {
    const request = await readRequest(message);
    if (!request) {
      throw new AwsError("RequestEntityTooLarge", 413, `The request is larger than ${maxBodyBytes} bytes.`);
    }
    const { principal, service } = iam.authenticate(request);
    if (service !== target.service) {
      const code = target.service === "sqs" ? "SignatureDoesNotMatch" : "InvalidSignatureException";
      const status = target.service === "sqs" ? 403 : 400;
      throw new AwsError(
        code,
        status,
        `Credential should be scoped to correct service: '${target.service}'.`,
      );
    }
    const body = parseBody(request.body);
    const traceHeader = request.headers["x-amzn-trace-id"];
    return run(principal, target, service === "sqs" ? withSendersTrace(body, traceHeader) : body, {});
  };

  const respond = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = parseTarget(message.method, message.headers["x-amz-target"]);
    const service = target?.service ?? "dynamodb";
    let result: ServiceAnswer;
    try {
      if (!target) throw new AwsError("UnknownOperationException", 400, "The operation is not known.");
      result = await answer(message, target);
    } catch (error) {
      // The client is gone, so nobody is left to answer.
      if (message.destroyed && !message.complete) return;
      if (error instanceof DroppedCall) return void response.destroy();
      if (!(error instanceof AwsError)) onFault(error);
      result = errorAnswer(service, error instanceof AwsError ? error : internalFailure());
    }
    // The SDK sets its clock by this header, so it must be the local cloud's time, not the machine's.
    response.setHeader("date", new Date(clock.now()).toUTCString());
    if (!message.complete) {
      // A client that is still sending reads the answer only when somebody takes what it sends.
      message.resume();
      response.setHeader("connection", "close");
    }
    response.writeHead(result.status, answerHeaders(service, result, randomUUID()));
    response.end(result.body);
  };

  const server = await listenOnLoopback({
    onRequest: (message, response) => {
      respond(message, response).catch((fault: unknown) => {
        onFault(fault);
        response.destroy();
      });
    },
  });

  return {
    url: server.url,
    call: async (principal, service: DataService, operation, request, context = {}) =>
      readAnswer(await run(principal, { service, operation }, request, context)),
    stop: () => server.close(),
  };
}

/** Nothing leaves the machine, so loopback stands for TLS. */
const overTls = { "aws:SecureTransport": "true" };

function parseBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new AwsError("SerializationException", 400, "The request body is not JSON.");
  }
}

function internalFailure(): AwsError {
  return new AwsError("InternalFailure", 500, "The local cloud failed. Its standard error says why.");
}
