import { findTurnserver, installTurnserver } from "../local/turn/find-turnserver.ts";

/** coturn's server, which the tests of the relay need. Throws what to run when it is missing. */
export function turnserverCommand(): string {
  const found = findTurnserver();
  if (found) return found;
  throw new Error(`coturn's turnserver was not found. Get it with: ${installTurnserver}.`);
}
