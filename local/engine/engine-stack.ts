import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { findPulumi } from "./pulumi-cli.ts";

export interface EngineStackOptions {
  /** The project's folder. State, and what a second terminal needs, is kept in its `.synapse-d/engine`. */
  readonly folder: string;
  readonly stack: string;
  /** Written to `Pulumi.<stack>.yaml` as its configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the provider that the engine uses for `aws`. */
  readonly providerPort: number;
}

export interface EngineStack {
  readonly stack: Stack;
  /** Keeps the state. */
  readonly folder: string;
  /** A shell script that sets what `npx pulumi` needs to work on this stack. */
  readonly environmentFile: string;
}

/**
 * Opens the stack on a backend in a folder, with a provider that already listens, so that the engine reaches nothing
 * outside of this machine. Throws when the Pulumi CLI is missing.
 */
export async function openEngineStack(options: EngineStackOptions): Promise<EngineStack> {
  const { folder, stack: stackName, settings, providerPort } = options;
  const { root } = findPulumi();
  const home = join(folder, ".synapse-d", "engine");
  mkdirSync(join(home, "state"), { recursive: true });
  const locks = join(home, "state", ".pulumi", "locks");
  const shared = {
    PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
    // Nothing secret is kept: every secret of this stack is the fake's.
    PULUMI_CONFIG_PASSPHRASE: "local",
    PULUMI_DEBUG_PROVIDERS: `aws:${providerPort}`,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The program's modules, stripped of their types and compiled, are kept from one run to the next.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(home, "compiled"),
    // The cloud is gone when this process dies, so nothing is gained by writing the state after each of 700 steps.
    PULUMI_EXPERIMENTAL: "true",
    PULUMI_SKIP_CHECKPOINTS: "true",
  };
  writeSettings(join(folder, `Pulumi.${stackName}.yaml`), settings);
  const environmentFile = join(home, "environment");
  writeFileSync(
    environmentFile,
    Object.entries(shared)
      .map(([name, value]) => `export ${name}='${value}'\n`)
      .join(""),
  );
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName, workDir: folder },
    {
      pulumiCommand: await PulumiCommand.get({ root }),
      secretsProvider: "passphrase",
      envVars: {
        ...shared,
        PATH: [dirname(process.execPath), join(root, "bin"), process.env.PATH].join(":"),
        NODE_OPTIONS: "",
      },
    },
  );
  // The cloud has just started, so what holds the stack was killed in the middle of an earlier one.
  if (
    existsSync(locks) &&
    readdirSync(locks, { recursive: true }).some((name) => String(name).endsWith(".json"))
  ) {
    await stack.cancel();
  }
  return { stack, folder: home, environmentFile };
}

/** Keeps what Pulumi itself has written to the file, such as its salt. */
function writeSettings(path: string, config: EngineStackOptions["settings"]): void {
  const kept = existsSync(path) ? parse(readFileSync(path, "utf8")) : {};
  writeFileSync(path, stringify({ ...kept, config }));
}
