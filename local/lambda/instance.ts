import { parentPort, workerData } from "node:worker_threads";
import { followClock } from "./instance-clock.ts";
import { failureLog, failureOf, importFailure, RuntimeError } from "./instance-failure.ts";
import { captureOutput } from "./instance-output.ts";
import type {
  InstanceCommand,
  InstanceMessage,
  InstanceRequest,
  InstanceStart,
} from "./instance-protocol.ts";
import { type ActiveResources, activeResources, unfinishedSince } from "./unfinished-work.ts";

// The thread of one instance: imports the handler, then serves one invocation at a time.

type Handler = (event: unknown, context: unknown) => unknown;

const maximumResponse = 6_291_556;
const port = parentPort;
if (!port) throw new Error("an instance runs as a worker thread");
const start: InstanceStart = workerData;
const send = (message: InstanceMessage) => port.postMessage(message);

followClock(start.offset);
let requestId = "undefined";
const logLine = (level: string, text: string) =>
  `${new Date().toISOString()}\t${requestId}\t${level}\t${text}`;
const output = captureOutput((lines) => send({ kind: "lines", lines }), logLine);
const log = (title: string, thrown: unknown) =>
  send({ kind: "lines", lines: [logLine("ERROR", `${title} \t${failureLog(thrown)}`)] });

const dieOf = (title: string, thrown: unknown, exitCode: number) => {
  log(title, thrown);
  output.flush();
  send({ kind: "failed", failure: failureOf(thrown), fatal: true, unfinished: [] });
  process.exit(exitCode);
};
process.on("uncaughtException", (error) => dieOf("Uncaught Exception", error, 129));
process.on("unhandledRejection", (reason) => {
  const error = new RuntimeError("Runtime.UnhandledPromiseRejection", String(reason), reason);
  dieOf("Unhandled Promise Rejection", error, 128);
});

let idle: ActiveResources | undefined = activeResources();

async function importHandler(): Promise<Handler> {
  const name = start.handler.slice(start.handler.lastIndexOf("/") + 1);
  const exportName = name.slice(name.indexOf(".") + 1);
  const module = await import(start.module).catch((thrown: unknown) => {
    throw importFailure(thrown);
  });
  const handler: unknown = module[exportName] ?? module.default?.[exportName];
  if (typeof handler !== "function") {
    throw new RuntimeError("Runtime.HandlerNotFound", `${start.handler} is undefined or not exported`);
  }
  if (handler.length >= 3) {
    throw new RuntimeError(
      "Runtime.CallbackHandlerDeprecated",
      "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later.",
    );
  }
  return handler as Handler;
}

function contextOf({ requestId: awsRequestId, deadline }: InstanceRequest) {
  const { env } = process;
  return {
    awsRequestId,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: start.functionArn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function serialized(value: unknown): string {
  let payload: string;
  try {
    payload = JSON.stringify(value === undefined ? null : value) ?? "null";
  } catch (cause) {
    throw new Error("Unable to stringify response body", { cause });
  }
  // A UTF-16 unit is at most 3 bytes of UTF-8.
  if (payload.length * 3 <= maximumResponse) return payload;
  const size = Buffer.byteLength(payload);
  if (size <= maximumResponse) return payload;
  throw new RuntimeError(
    "Function.ResponseSizeTooLarge",
    `Response payload size (${size} bytes) exceeded maximum allowed payload size (${maximumResponse} bytes).`,
  );
}

async function outcomeOf(handler: Handler, request: InstanceRequest) {
  try {
    const value = await handler(JSON.parse(request.event), contextOf(request));
    return { kind: "returned", payload: serialized(value) } as const;
  } catch (thrown) {
    log("Invoke Error", thrown);
    return { kind: "failed", failure: failureOf(thrown), fatal: false } as const;
  }
}

try {
  const handler = await importHandler();
  port.on("message", async (command: InstanceCommand) => {
    if (command.kind === "freeze") return void Atomics.wait(command.gate, 0, 0);
    const { request } = command;
    requestId = request.requestId;
    process.env._X_AMZN_TRACE_ID = request.trace;
    // What the module started counts for the first invocation; what an earlier one left was reported then.
    const before = idle ?? activeResources();
    idle = undefined;
    const outcome = await outcomeOf(handler, request);
    const unfinished = await unfinishedSince(before);
    output.flush();
    send({ ...outcome, unfinished });
  });
  send({ kind: "ready" });
} catch (thrown) {
  dieOf("Uncaught Exception", thrown, 1);
}
