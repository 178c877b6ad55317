// Runs in a process of its own, since `@pulumi/aws` keeps over 100 MB that only evaluation needs.
// Started by evaluate-program.ts with the project, stack and configuration in its environment.
import { flushCompileCache } from "node:module";
import "./packages-when-used.ts";
import * as pulumi from "@pulumi/pulumi";
import { readDataSource } from "../data-sources.ts";
import { forgetOrigins } from "./forget-origins.ts";
import type { FromEvaluation, ToEvaluation } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import { plainInputs } from "./plain-inputs.ts";

interface Evaluation {
  readonly program: string;
  readonly project: string;
  readonly stack: string;
  readonly config: Record<string, string>;
}

// Only the messages of errors are passed on.
Error.stackTraceLimit = 0;
forgetOrigins();

const { program, project, stack, config }: Evaluation = JSON.parse(process.env.SYNAPSE_D_EVALUATION ?? "{}");
const waiting = new Map<number, (answer: ToEvaluation) => void>();
let calls = 0;
let failed = false;

const outbox = new Outbox<FromEvaluation>((messages) => process.send?.(messages));

process.on("message", (answers: readonly ToEvaluation[]) => {
  for (const answer of answers) {
    waiting.get(answer.call)?.(answer);
    waiting.delete(answer.call);
  }
});
process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);

function fail(error: unknown): void {
  failed = true;
  const message = error instanceof Error ? error.message : String(error);
  end({ kind: "failed", message }, 1);
}

function end(last: FromEvaluation, exitCode: number): void {
  process.send?.([...outbox.take(), last], () => process.exit(exitCode));
}

async function createInParent(type: string, name: string, inputs: Record<string, unknown>) {
  const call = ++calls;
  const answered = new Promise<ToEvaluation>((resolve) => waiting.set(call, resolve));
  outbox.put({ kind: "resource", call, type, name, inputs: await plainInputs(inputs) });
  const { id, outputs } = await answered;
  const known = Object.entries(inputs).filter(([, value]) => !pulumi.asset.Archive.isInstance(value));
  // Without the code of functions, which Pulumi would write out for its log, once for each.
  return { id, state: { ...Object.fromEntries(known), ...outputs } };
}

pulumi.runtime.setAllConfig(config);
await pulumi.runtime.setMocks(
  {
    newResource: async ({ type, name, inputs, custom }) =>
      custom ? createInParent(type, name, inputs) : { id: undefined, state: inputs },
    call: ({ token }) => readDataSource(token),
  },
  project,
  stack,
);
const identities = new Map<unknown, string>();

function reportRegistrations(): void {
  pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
    const parent = identities.get(opts.parent);
    identities.set(resource, `${type}::${name}`);
    outbox.put({ kind: "registered", resource: { type, name, ...(parent && { parent }) } });
    return undefined;
  });
}

const outputs = await pulumi.runtime.runInPulumiStack(async () => {
  reportRegistrations();
  return { ...(await import(program)) };
});
await pulumi.runtime.disconnect();
// The parent ends this process as soon as it has heard the outcome.
flushCompileCache();
// A rejection that nobody handled is reported only after all promises have settled.
await new Promise<void>((resolve) => setImmediate(resolve));
if (!failed) end({ kind: "finished", outputs: outputs ?? {} }, 0);
