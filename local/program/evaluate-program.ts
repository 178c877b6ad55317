import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { keptByChildren } from "../keep-compiled-code.ts";
import type { CreatedResource, ResourceRequest } from "../resources/resource-handler.ts";
import type { FromEvaluation, RegisteredResource, ToEvaluation } from "./messages.ts";
import { Outbox } from "./outbox.ts";

export interface ProgramEvaluation {
  /** The program's exports. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Everything it registered, components included, in order of registration. */
  readonly resources: readonly RegisteredResource[];
}

export interface EvaluateProgramOptions {
  /** Path of the program. Default: this repository's `index.ts`. */
  readonly program?: string;
  readonly project: string;
  readonly stack: string;
  /** `namespace:key` → value; objects as JSON text, as Pulumi passes them. */
  readonly config: Readonly<Record<string, string>>;
  /** Makes each AWS resource that the program declares. When it rejects, the evaluation ends. */
  readonly create: (request: ResourceRequest) => Promise<CreatedResource>;
  readonly signal?: AbortSignal;
}

/**
 * Evaluates the Pulumi program in a child process, under Pulumi's runtime mocks, and has every AWS
 * resource made by `create` before the resources that depend on it. Rejects with the program's own
 * error, or with that of `create`.
 */
export async function evaluateProgram(options: EvaluateProgramOptions): Promise<ProgramEvaluation> {
  const { project, stack, config, signal } = options;
  const program = options.program ?? join(import.meta.dirname, "..", "..", "index.ts");
  const child = fork(join(import.meta.dirname, "evaluation-process.ts"), {
    env: {
      ...process.env,
      ...keptByChildren(),
      SYNAPSE_D_EVALUATION: JSON.stringify({ program, project, stack, config }),
    },
    // A short life among short-lived promises: threads that help to collect them cost more than they save.
    execArgv: ["--no-warnings", "--single-threaded-gc"],
    stdio: ["ignore", 2, "pipe", "ipc"],
    ...(signal && { signal }),
  });
  try {
    return await conversation(child, options.create);
  } finally {
    child.kill();
  }
}

function conversation(
  child: ChildProcess,
  create: EvaluateProgramOptions["create"],
): Promise<ProgramEvaluation> {
  const resources: RegisteredResource[] = [];
  let complaints = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  return new Promise((resolve, reject) => {
    const answers = new Outbox<ToEvaluation>((batch) => {
      if (child.connected) child.send(batch);
    });
    const hear = (message: FromEvaluation) => {
      if (message.kind === "registered") resources.push(message.resource);
      else if (message.kind === "resource") {
        const { call } = message;
        create(message).then(({ id, outputs }) => answers.put({ call, id, outputs }), reject);
      } else if (message.kind === "finished") resolve({ outputs: message.outputs, resources });
      else reject(new Error(message.message));
    };
    child.on("message", (messages: readonly FromEvaluation[]) => messages.forEach(hear));
    child.on("error", reject);
    child.on("close", (code) => {
      reject(new Error(`The program ended early (exit code ${code}). ${complaints.trim()}`.trim()));
    });
  });
}
