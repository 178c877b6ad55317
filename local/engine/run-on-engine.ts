import { relative } from "node:path";
import { type RunningProgram, runProgram } from "../start/run-program.ts";
import { StartError } from "../start/start-error.ts";
import type { StartOptions } from "../start/start-options.ts";
import { deployWithEngine } from "./deploy-with-engine.ts";
import type { EngineStack } from "./engine-stack.ts";
import { findPulumi } from "./pulumi-cli.ts";
import { takeFolder } from "./take-folder.ts";

export interface EngineProgram extends RunningProgram {
  readonly engine: EngineStack;
}

/**
 * Starts an empty local cloud and has the Pulumi engine deploy the program of `folder` into it. The cloud goes with
 * the process, and Pulumi's state stays: the next start finds out by a refresh. Rejects with a StartError when the
 * CLI is missing, when another process already runs this, and when the deployment fails.
 */
export async function runOnEngine(
  folder: string,
  options: Omit<StartOptions, "json">,
  signal: AbortSignal,
  report: (line: string) => void = () => {},
): Promise<EngineProgram> {
  if (options.dataFolder !== undefined) {
    throw new StartError(
      "up:local does not take --data: its tables get new names at each start. Use npm start.",
    );
  }
  const { version } = findPulumi();
  const leave = await takeFolder(folder);
  const engine = deployWithEngine(folder);
  try {
    report(`Pulumi ${version} deploys index.ts into the local cloud.`);
    const program = await runProgram(options, signal, engine.deploy);
    const environment = relative(process.cwd(), engine.stack().environmentFile);
    return {
      ...program,
      engine: engine.stack(),
      notes: [
        `Pulumi's state is in ${relative(process.cwd(), engine.stack().folder)}. To deploy again, from another terminal:`,
        `  . ${environment} && npx pulumi up --stack local`,
        "",
      ],
      stop: async () => {
        await engine.stop();
        await program.stop();
        leave();
      },
    };
  } catch (error) {
    await engine.stop();
    leave();
    throw error;
  }
}
