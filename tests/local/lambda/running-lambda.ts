import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsError } from "../../../local/aws-error.ts";
import { AdvanceableClock } from "../../../local/clock.ts";
import type { AccessRequest, Iam } from "../../../local/iam/iam.ts";
import { createLambda, type LambdaOptions } from "../../../local/lambda/create-lambda.ts";
import type { FunctionConfiguration, InvocationResult, Lambda } from "../../../local/lambda/lambda.ts";
import { createLogs } from "../../../local/logs/create-logs.ts";

export const role = "arn:aws:iam::000000000000:role/worker";
export const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** An Iam that allows everything but the actions it is told to deny, and remembers what it was asked. */
export function recordingIam(denied: readonly string[] = []) {
  const requests: AccessRequest[] = [];
  const iam: Pick<Iam, "authorize" | "assumeRole"> = {
    authorize(request) {
      requests.push(request);
      if (denied.includes(request.action)) {
        throw new AwsError("AccessDeniedException", 403, `not authorized to perform: ${request.action}`);
      }
    },
    assumeRole: () => ({ accessKeyId: "AKIDLOCAL", secretAccessKey: "secret", sessionToken: "token" }),
  };
  return { iam: iam as Iam, requests };
}

export interface RunningLambda {
  readonly lambda: Lambda;
  readonly clock: AdvanceableClock;
  /** Deploys `export const handler = …` or a whole module. */
  deploy(name: string, code: string, changes?: Partial<FunctionConfiguration>): Promise<void>;
  invoke(name: string, payload?: unknown): Promise<InvocationResult>;
  /** Messages of the log group, oldest first. */
  lines(): string[];
  /** Resolves when a log line contains the text. */
  lineWith(text: string): Promise<void>;
  readonly reports: string[];
  stop(): Promise<void>;
}

export async function startLambda(
  options: Partial<LambdaOptions> & { readonly clock?: AdvanceableClock } = {},
): Promise<RunningLambda> {
  const directory = await mkdtemp(join(tmpdir(), "lambda-test-"));
  const clock = options.clock ?? new AdvanceableClock();
  const store = createLogs({ clock });
  store.putLogGroup("/logs", 0);
  const watchers = new Set<() => void>();
  const logs: typeof store = {
    ...store,
    append(group, message) {
      store.append(group, message);
      for (const watch of watchers) watch();
    },
  };
  const lines = () => store.lines().map(({ message }) => message);
  const reports: string[] = [];
  const lambda = createLambda({
    clock,
    logs,
    iam: recordingIam().iam,
    endpointUrl: () => "http://127.0.0.1:4566",
    call: () => Promise.reject(new Error("no call was expected")),
    directory,
    report: (line) => reports.push(line),
    ...options,
  });
  return {
    lambda,
    clock,
    deploy: (name, code, changes = {}) =>
      lambda.putFunction({
        name,
        arn: arnOf(name),
        roleArn: role,
        files: { "index.mjs": code },
        handler: "index.handler",
        memorySize: 128,
        timeout: 30,
        environment: {},
        logGroup: "/logs",
        ...changes,
      }),
    invoke: (functionName, payload = {}) =>
      lambda.invoke({ functionName, payload, principal: { kind: "role", arn: role }, context: {} }),
    lines,
    lineWith: (text) =>
      new Promise((resolve) => {
        const watch = () => {
          if (!lines().some((line) => line.includes(text))) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
    reports,
    stop: async () => {
      await lambda.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
