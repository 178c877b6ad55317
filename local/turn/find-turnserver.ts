import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** How to get coturn where it is missing. */
export const installTurnserver =
  "apt-get install --no-install-recommends coturn (or brew install coturn; TURNSERVER names a turnserver elsewhere)";

/** The path of coturn's server: `TURNSERVER`, else on the PATH. Undefined where there is none. */
export function findTurnserver(
  { TURNSERVER, PATH = "" }: Readonly<Record<string, string | undefined>> = process.env,
  exists: (path: string) => boolean = existsSync,
): string | undefined {
  if (TURNSERVER) return exists(TURNSERVER) ? TURNSERVER : undefined;
  return PATH.split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "turnserver"))
    .find(exists);
}
