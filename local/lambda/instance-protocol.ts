/** What an instance's thread is started with. */
export interface InstanceStart {
  /** The clock's offset: one 64-bit integer of milliseconds. */
  readonly offset: SharedArrayBuffer;
  /** URL of the handler's module. */
  readonly module: string;
  /** `<file without extension>.<export>`, as declared. */
  readonly handler: string;
  readonly functionArn: string;
}

/** One invocation, sent to an instance that runs nothing else. */
export interface InstanceRequest {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  /** Epoch milliseconds of the local clock. */
  readonly deadline: number;
  /** X-Ray's tracing header. */
  readonly trace: string;
}

/** What an instance is told. One that is to `freeze` stops until the integer behind the gate is not 0. */
export type InstanceCommand =
  | { readonly kind: "invoke"; readonly request: InstanceRequest }
  | { readonly kind: "freeze"; readonly gate: Int32Array<SharedArrayBuffer> };

/** An error as Lambda's Node runtime reports it. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What an instance tells. `returned` and `failed` end an invocation; `fatal` ends the instance too. */
export type InstanceMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "lines"; readonly lines: readonly string[] }
  | { readonly kind: "returned"; readonly payload: string; readonly unfinished: readonly string[] }
  | {
      readonly kind: "failed";
      readonly failure: FunctionFailure;
      readonly fatal: boolean;
      readonly unfinished: readonly string[];
    };
