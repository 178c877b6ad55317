// Runs in a process of its own, since `@pulumi/aws` keeps over 100 MB that only evaluation needs.
// Started by evaluate-program.ts with the project, stack and configuration in its environment.
import "./closure-packages.ts";
import * as pulumi from "@pulumi/pulumi";
import { readDataSource } from "../data-sources.ts";
import type { FromEvaluation, ToEvaluation } from "./messages.ts";
import { plainInputs } from "./plain-inputs.ts";

interface Evaluation {
  readonly program: string;
  readonly project: string;
  readonly stack: string;
  readonly config: Record<string, string>;
}

// Pulumi keeps a stack trace with each promise: a quarter of the evaluation's time, of which only messages are passed on.
Error.stackTraceLimit = 0;

const { program, project, stack, config }: Evaluation = JSON.parse(process.env.SYNAPSE_D_EVALUATION ?? "{}");
const waiting = new Map<number, (answer: ToEvaluation) => void>();
let calls = 0;
let failed = false;

process.on("message", (answer: ToEvaluation) => {
  waiting.get(answer.call)?.(answer);
  waiting.delete(answer.call);
});
process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);

function tell(message: FromEvaluation): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  failed = true;
  const message = error instanceof Error ? error.message : String(error);
  process.send?.({ kind: "failed", message } satisfies FromEvaluation, () => process.exit(1));
}

async function createInParent(type: string, name: string, inputs: Record<string, unknown>) {
  const call = ++calls;
  const answered = new Promise<ToEvaluation>((resolve) => waiting.set(call, resolve));
  tell({ kind: "resource", call, type, name, inputs: await plainInputs(inputs) });
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
    tell({ kind: "registered", resource: { type, name, ...(parent && { parent }) } });
    return undefined;
  });
}

const outputs = await pulumi.runtime.runInPulumiStack(async () => {
  reportRegistrations();
  return { ...(await import(program)) };
});
await pulumi.runtime.disconnect();
// A rejection that nobody handled is reported only after all promises have settled.
await new Promise<void>((resolve) => setImmediate(resolve));
if (!failed)
  process.send?.({ kind: "finished", outputs: outputs ?? {} } satisfies FromEvaluation, () =>
    process.exit(0),
  );
