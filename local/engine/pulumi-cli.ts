import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { StartError } from "../start/start-error.ts";

const { version } = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve("pulumi/package.json"), "utf8"),
);

/** What gets the CLI: the package `pulumi` downloads it on its first use. */
export const installPulumi = "npx pulumi version";

/** The pinned Pulumi CLI, where the package `pulumi` and the Automation API keep it. */
export interface PulumiCli {
  /** The folder that has `bin/pulumi` in it. */
  readonly root: string;
  readonly version: string;
}

/** The CLI of the version that package.json pins. Throws a StartError that says how to get it when it is not there. */
export function findPulumi(home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi")): PulumiCli {
  const root = join(home, "versions", version);
  if (existsSync(join(root, "bin", "pulumi"))) return { root, version };
  throw new StartError(
    `The Pulumi CLI ${version} is not in ${join(root, "bin")}. To get it, run: ${installPulumi}`,
  );
}
