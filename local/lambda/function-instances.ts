import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { AwsError } from "../aws-error.ts";
import type { Clock } from "../clock.ts";
import type { Iam } from "../iam/iam.ts";
import type { Logs } from "../logs/logs.ts";
import type { XRay } from "../xray/xray.ts";
import { askToTrace } from "./ask-to-trace.ts";
import type { DeploymentPackage } from "./deployment-package.ts";
import { functionEnvironment } from "./function-environment.ts";
import { createInstanceLog, type InstanceLog } from "./instance-log.ts";
import { InstanceThread } from "./instance-thread.ts";
import type { FunctionConfiguration, InvocationResult } from "./lambda.ts";

export interface FunctionInstancesOptions {
  readonly clock: Clock;
  readonly iam: Iam;
  readonly logs: Logs;
  readonly xray: Pick<XRay, "begin" | "daemonAddress">;
  readonly endpointUrl: () => string;
  readonly directory: string;
  readonly maximumInstances: number;
  readonly configuration: FunctionConfiguration;
  readonly deployment: DeploymentPackage;
  readonly onLogLoss: (why: string) => void;
  readonly onTraceLoss: (why: string) => void;
  readonly onUnfinishedWork: (kinds: readonly string[]) => void;
}

interface Instance {
  readonly thread: InstanceThread;
  readonly log: InstanceLog;
}

/** The instances of one version of a function: started on demand, the most recently used one first. */
export class FunctionInstances {
  readonly #options: FunctionInstancesOptions;
  readonly #alive = new Set<Instance>();
  readonly #idle: Instance[] = [];
  #retired = false;
  #segments: "kept" | "lost" = "lost";

  constructor(options: FunctionInstancesOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#alive.size;
  }

  /** Retired, and its last invocation is done. */
  get ended(): boolean {
    return this.#retired && this.#alive.size === 0;
  }

  /**
   * Throws AwsError TooManyRequestsException when every allowed instance is busy. `header` is the trace of whoever
   * invokes.
   */
  async run(requestId: string, event: string, header: string | undefined): Promise<InvocationResult> {
    const { clock, configuration, xray } = this.#options;
    const instance = this.#idle.pop() ?? this.#start();
    const deadline = clock.now() + configuration.timeout * 1000;
    const segment = xray.begin({
      ...{ name: configuration.name, origin: "AWS::Lambda::Function", header },
      begins: configuration.isTraced ?? false,
    });
    const outcome = await instance.thread.run({ requestId, event, deadline, trace: segment.header });
    if (this.#segments === "kept") segment.end({ fault: outcome.result.kind === "failed" });
    if (outcome.unfinished.length > 0) this.#reportUnfinished(instance, requestId, outcome.unfinished);
    instance.log.flush();
    if (!outcome.alive) this.#forget(instance);
    else if (this.#retired) await instance.thread.terminate();
    else this.#idle.push(instance);
    return outcome.result;
  }

  /** Ends the busy instances, whose invocations fail. Returns how many. */
  kill(): number {
    const busy = [...this.#alive].filter((instance) => !this.#idle.includes(instance));
    return busy.filter(({ thread }) => thread.kill()).length;
  }

  /** Ends the idle instances, as Lambda does with one that was not used for a while. Returns how many. */
  async recycle(): Promise<number> {
    const idle = this.#idle.splice(0);
    await Promise.all(idle.map(({ thread }) => thread.terminate()));
    return idle.length;
  }

  /** Stops each instance for so many milliseconds of the clock. Returns how many. */
  freeze(milliseconds: number): number {
    for (const { thread } of this.#alive) thread.freeze(milliseconds);
    return this.#alive.size;
  }

  /** Ends the instances: the idle ones now, the busy ones when their invocation is done. */
  async retire(): Promise<void> {
    this.#retired = true;
    await Promise.all(this.#idle.splice(0).map(({ thread }) => thread.terminate()));
  }

  /** Ends every instance now; running invocations fail. */
  async stop(): Promise<void> {
    this.#retired = true;
    await Promise.all([...this.#alive].map(({ thread }) => thread.terminate()));
  }

  #start(): Instance {
    const { clock, iam, logs, configuration, deployment, directory, maximumInstances } = this.#options;
    if (this.#alive.size >= maximumInstances || this.#retired) {
      throw new AwsError("TooManyRequestsException", 429, "Rate Exceeded.", {
        Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
        Type: "User",
      });
    }
    const key = iam.assumeRole(configuration.roleArn, "lambda.amazonaws.com");
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
    const stream = `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
    const log = createInstanceLog({ iam, logs, configuration, stream, onLoss: this.#options.onLogLoss });
    this.#segments = askToTrace(iam, configuration, this.#options.onTraceLoss);
    const instance: Instance = {
      log,
      thread: new InstanceThread({
        clock,
        start: {
          offset: clock.offset,
          module: deployment.module,
          handler: configuration.handler,
          functionArn: configuration.arn,
        },
        environment: functionEnvironment(configuration, {
          key,
          endpointUrl: this.#options.endpointUrl(),
          logStream: stream,
          taskRoot: deployment.taskRoot,
          daemonAddress: this.#segments === "kept" ? this.#options.xray.daemonAddress : undefined,
        }),
        memorySize: configuration.memorySize,
        timeout: configuration.timeout,
        // Node's own variable, where one is set for the process: then it outlives it.
        compileCache: process.env.NODE_COMPILE_CACHE ?? join(directory, "compile-cache"),
        onLines: (lines) => log.write(lines),
        onExit: () => this.#forget(instance),
      }),
    };
    this.#alive.add(instance);
    return instance;
  }

  #forget(instance: Instance): void {
    this.#alive.delete(instance);
    const place = this.#idle.indexOf(instance);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  #reportUnfinished({ log }: Instance, requestId: string, kinds: readonly string[]): void {
    const time = new Date(this.#options.clock.now()).toISOString();
    log.write([
      `${time}\t${requestId}\tERROR\tUnfinished work when the handler returned: ${kinds.join(", ")}. Lambda freezes it.`,
    ]);
    this.#options.onUnfinishedWork(kinds);
  }
}
