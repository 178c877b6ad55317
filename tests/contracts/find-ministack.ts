import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/** How to get it where it is missing: a folder of its own, below what is not committed. */
export const installMinistack =
  "python3 -m venv .synapse-d/ministack && .synapse-d/ministack/bin/pip install ministack==1.5.33";

/** The path of ministack's command: `MINISTACK`, else of the folder above, else on the PATH. Throws what to run when there is none. */
export function findMinistack(): string {
  const { MINISTACK, PATH = "" } = process.env;
  const places = [
    ...(MINISTACK ? [MINISTACK] : []),
    join(root, ".synapse-d", "ministack", "bin", "ministack"),
    ...PATH.split(delimiter).map((folder) => join(folder, "ministack")),
  ];
  const found = places.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(`ministack was not found. Run: ${installMinistack}`);
}
