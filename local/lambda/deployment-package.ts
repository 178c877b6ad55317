import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { AwsError } from "../aws-error.ts";
import type { FunctionConfiguration } from "./lambda.ts";
import { packageDigest } from "./package-digest.ts";

export interface DeploymentPackage {
  /** The folder that holds the files. */
  readonly taskRoot: string;
  /** URL of the module that exports the handler; it may not exist. */
  readonly module: string;
}

/**
 * Writes a function's files to a folder of their own below `directory`, named for their content. One that is there
 * is left as it is: another program may be reading it.
 */
export async function unpack(
  configuration: Pick<FunctionConfiguration, "name" | "files" | "handler">,
  directory: string,
): Promise<DeploymentPackage> {
  const { name, files, handler } = configuration;
  const content = packageDigest(files).toString("hex");
  const taskRoot = resolve(directory, name, content.slice(0, 16));
  for (const [fileName, text] of Object.entries(files)) {
    const path = resolve(taskRoot, fileName);
    if (!path.startsWith(taskRoot + sep)) {
      throw new AwsError(
        "InvalidParameterValueException",
        400,
        `The file name ${fileName} leaves the package.`,
      );
    }
    if (existsSync(path)) continue;
    await mkdir(dirname(path), { recursive: true });
    const written = `${path}.${randomUUID()}`;
    await writeFile(written, text);
    await rename(written, path);
  }
  return { taskRoot, module: pathToFileURL(join(taskRoot, moduleFile(handler, files))).href };
}

function moduleFile(handler: string, files: Readonly<Record<string, string>>): string {
  const folder = handler.lastIndexOf("/") + 1;
  const base = handler.slice(0, handler.indexOf(".", folder));
  const extensions = [".js", ".mjs", ".cjs"];
  return extensions.map((extension) => base + extension).find((file) => file in files) ?? `${base}.js`;
}
