import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import * as v from "valibot";
import type { RegisteredResource } from "../program/messages.ts";
import { type RunningProvider, startProvider } from "../provider/start-provider.ts";
import type { Deploy } from "../start/run-program.ts";
import { deploymentError } from "./deployment-error.ts";
import { type EngineStack, openEngineStack } from "./engine-stack.ts";

export interface EngineDeployment {
  readonly deploy: Deploy;
  /** There once `deploy` has opened it. */
  stack(): EngineStack;
  stop(): Promise<void>;
}

/**
 * Has the real Pulumi engine run the program, with the local cloud as its provider of `aws`. What an earlier cloud had
 * and this one has not is noticed by a refresh first.
 */
export function deployWithEngine(folder: string): EngineDeployment {
  let provider: RunningProvider | undefined;
  let opened: EngineStack | undefined;
  return {
    deploy: async ({ stack, settings, cloud, signal }) => {
      provider = await startProvider(cloud.handlers, "7.48.0");
      opened = await openEngineStack({ folder, stack, settings, providerPort: provider.port });
      const { outputs } = await opened.stack
        .up({ refresh: true, signal, suppressProgress: true })
        .catch((error: unknown) => Promise.reject(deploymentError(error)));
      const { deployment } = await opened.stack.exportStack();
      return { outputs: plainOutputs(outputs), resources: registered(deployment) };
    },
    stack: () => {
      if (!opened) throw new Error("the engine has not deployed yet");
      return opened;
    },
    stop: async () => provider?.stop(),
  };
}

function plainOutputs(outputs: OutputMap): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

const state = v.object({
  resources: v.optional(
    v.array(v.object({ urn: v.string(), type: v.string(), parent: v.optional(v.string()) })),
    [],
  ),
});

/** What the state says was registered, as the in-process evaluation says it. */
function registered(deployment: unknown): RegisteredResource[] {
  const { resources } = v.parse(state, deployment);
  const identities = new Map(resources.map(({ urn, type }) => [urn, `${type}::${urn.split("::").at(-1)}`]));
  return resources
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .map(({ urn, type, parent = "" }) => {
      const identity = parent.includes("::pulumi:pulumi:Stack::") ? undefined : identities.get(parent);
      return { type, name: String(urn.split("::").at(-1)), ...(identity && { parent: identity }) };
    });
}
