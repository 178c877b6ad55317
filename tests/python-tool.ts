import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");

/** A tool of other people's from PyPI that some tests need, in a folder of its own below what is not committed. */
export interface PythonTool {
  readonly name: "ministack" | "schemathesis";
  /** How to get it where it is missing. */
  readonly install: string;
  /** The path of its command: `MINISTACK`, say, else of the folder, else on the PATH. */
  readonly find: () => string | undefined;
}

const tool = (name: PythonTool["name"], version: string): PythonTool => ({
  name,
  install: `python3 -m venv .synapse-d/${name} && .synapse-d/${name}/bin/pip install ${name}==${version}`,
  find: () => {
    const { [name.toUpperCase()]: named, PATH = "" } = process.env;
    const places = [
      ...(named ? [named] : []),
      join(root, ".synapse-d", name, "bin", name),
      ...PATH.split(delimiter).map((folder) => join(folder, name)),
    ];
    return places.find((path) => existsSync(path));
  },
});

/** Another stand-in for AWS (https://pypi.org/project/ministack/). */
export const ministack = tool("ministack", "1.5.33");

/** Sends what an OpenAPI document allows, and what it does not (https://pypi.org/project/schemathesis/). */
export const schemathesis = tool("schemathesis", "4.32.5");

/** Its path. Throws what to run when it is missing. */
export function commandOf({ name, install, find }: PythonTool): string {
  const found = find();
  if (found) return found;
  throw new Error(`${name} was not found. Run: ${install}`);
}
