import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../clock.ts";
import type {
  FunctionFailure,
  InstanceCommand,
  InstanceMessage,
  InstanceRequest,
  InstanceStart,
} from "./instance-protocol.ts";
import type { InvocationResult } from "./lambda.ts";

/** How an invocation ended in an instance, and whether the instance can take another. */
export interface InstanceOutcome {
  readonly result: InvocationResult;
  readonly alive: boolean;
  /** Kinds of resources still active when the handler returned. */
  readonly unfinished: readonly string[];
}

export interface InstanceThreadOptions {
  readonly clock: Clock;
  readonly start: InstanceStart;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Megabytes of JavaScript heap. Memory outside the heap is not limited, and a handler that allocates
   * faster than V8 can interrupt it ends the whole process: a limit of Node's worker threads.
   */
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  /** Folder for compiled code, shared by all instances. */
  readonly compileCache: string;
  readonly onLines: (lines: readonly string[]) => void;
  /** The thread is gone, whether it was asked to end or not. */
  readonly onExit: () => void;
}

/** Initialisation may take 10 s (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html). */
const initialisationSeconds = 10;
/** Milliseconds of the machine's time. */
const longestGrace = 1000;

/** One instance: a worker thread that runs the handler, one invocation at a time. */
export class InstanceThread {
  readonly #options: InstanceThreadOptions;
  readonly #worker: Worker;
  #ready: boolean = false;
  #request: InstanceRequest | undefined;
  #settle: ((outcome: InstanceOutcome) => void) | undefined;
  #timer: Timer | undefined;
  /** Why initialisation failed, or why Node ended the thread. */
  #fault: FunctionFailure | undefined;
  #ended = false;

  constructor(options: InstanceThreadOptions) {
    this.#options = options;
    // The compile cache also keeps the stripped form of the runtime's TypeScript, which is most of a cold start.
    const bootstrap = `
      const { enableCompileCache, flushCompileCache } = require("node:module");
      enableCompileCache(${JSON.stringify(options.compileCache)});
      import(${JSON.stringify(new URL("./instance.ts", import.meta.url).href)}).then(() => flushCompileCache());`;
    this.#worker = new Worker(bootstrap, {
      eval: true,
      workerData: options.start,
      env: options.environment,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: options.memorySize },
    });
    this.#worker.on("message", (message: InstanceMessage) => this.#receive(message));
    this.#worker.on("error", (error: NodeJS.ErrnoException) => this.#note(error));
    this.#worker.on("exit", (code) => this.#exit(code));
  }

  /** Runs the handler once. Not to be called again before it resolved. */
  run(request: InstanceRequest): Promise<InstanceOutcome> {
    return new Promise((resolve) => {
      this.#request = request;
      this.#settle = resolve;
      if (this.#ended) return this.#exit(0);
      if (this.#ready) this.#post(request);
      else this.#arm(initialisationSeconds);
    });
  }

  async terminate(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }

  /** Ends the thread as the system ends a process. False when it is ending already. */
  kill(): boolean {
    if (this.#ended) return false;
    this.#fault = exitError("signal: killed");
    void this.terminate();
    return true;
  }

  /** Stops the thread, between two turns of its event loop, for so many milliseconds of the clock. */
  freeze(milliseconds: number): void {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    this.#send({ kind: "freeze", gate });
    this.#options.clock.setTimeout(() => {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    }, milliseconds);
  }

  #post(request: InstanceRequest): void {
    this.#arm(this.#options.timeout);
    this.#send({ kind: "invoke", request });
  }

  #send(command: InstanceCommand): void {
    this.#worker.postMessage(command);
  }

  #arm(seconds: number): void {
    this.#timer?.cancel();
    const began = performance.now();
    this.#timer = this.#options.clock.setTimeout(() => {
      // The thread runs in the machine's time. When the local clock was moved forward under it, it has a
      // moment to finish what it would have finished long ago.
      const early = seconds * 1000 - (performance.now() - began);
      const grace = setTimeout(() => void this.#timeOut(seconds), Math.min(Math.max(0, early), longestGrace));
      this.#timer = { cancel: () => clearTimeout(grace) };
    }, seconds * 1000);
  }

  #receive(message: InstanceMessage): void {
    if (message.kind === "lines") {
      this.#options.onLines(message.lines);
    } else if (this.#ended) {
      // It has been said how the invocation ended.
    } else if (message.kind === "ready") {
      this.#ready = true;
      if (this.#request) this.#post(this.#request);
    } else if (message.kind === "returned") {
      const payload: unknown = JSON.parse(message.payload);
      this.#finish({ result: { kind: "returned", payload }, alive: true, unfinished: message.unfinished });
    } else if (message.fatal) {
      this.#fault = message.failure;
    } else {
      const result = { kind: "failed", ...message.failure } as const;
      this.#finish({ result, alive: true, unfinished: message.unfinished });
    }
  }

  #note(error: NodeJS.ErrnoException): void {
    if (error.code === "ERR_WORKER_OUT_OF_MEMORY") this.#fault = exitError("signal: killed");
    else this.#fault ??= { errorType: error.name, errorMessage: error.message };
  }

  async #timeOut(seconds: number): Promise<void> {
    const message = `Task timed out after ${seconds.toFixed(2)} seconds`;
    this.#fault = { errorType: "Sandbox.Timedout", errorMessage: `Error: ${message}` };
    await this.terminate();
  }

  #exit(code: number): void {
    this.#ended = true;
    const failure = this.#fault ?? exitError(code === 0 ? undefined : `exit status ${code}`);
    const ofPlatform = ["Sandbox.Timedout", "Runtime.ExitError"].includes(failure.errorType);
    const errorMessage = `${ofPlatform ? `RequestId: ${this.#request?.requestId} ` : ""}${failure.errorMessage}`;
    if (this.#request && ofPlatform) this.#options.onLines([errorMessage]);
    this.#finish({
      result: { kind: "failed", errorType: failure.errorType, errorMessage },
      alive: false,
      unfinished: [],
    });
    this.#options.onExit();
  }

  #finish(outcome: InstanceOutcome): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#request = undefined;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }
}

function exitError(reason: string | undefined): FunctionFailure {
  return {
    errorType: "Runtime.ExitError",
    errorMessage: reason
      ? `Error: Runtime exited with error: ${reason}`
      : "Error: Runtime exited without providing a reason",
  };
}
