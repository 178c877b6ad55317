import { findTurnserver, installTurnserver } from "../local/turn/find-turnserver.ts";

/** The TURN server that `npm start -- --turn` runs (https://github.com/coturn/coturn). */
export const coturn = { name: "coturn", install: installTurnserver, find: () => findTurnserver() };

/** The path of its server. Throws what to run when it is missing. */
export function turnserverCommand(): string {
  const found = coturn.find();
  if (found) return found;
  throw new Error(`coturn was not found. Run: ${coturn.install}`);
}
