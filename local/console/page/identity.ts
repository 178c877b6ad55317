/** The roles that the KVS client can take. */
export type PeerRole = "MASTER" | "VIEWER";

/** Who connects, and to what. */
export interface Identity {
  readonly role: PeerRole;
  readonly user: string;
  readonly channel: string;
  /** A viewer's; a master has none. */
  readonly clientId: string | undefined;
}

/** Reads the query of a tab that was opened for one peer; without a role the tab holds both. */
export function identityInQuery(query: string): Partial<Identity> {
  const parameters = new URLSearchParams(query);
  const role = parameters.get("role");
  const user = parameters.get("user");
  const channel = parameters.get("channel");
  const clientId = parameters.get("clientId");
  return {
    ...((role === "MASTER" || role === "VIEWER") && { role }),
    ...(user && { user }),
    ...(channel && { channel }),
    ...(clientId && { clientId }),
  };
}

/** The query that opens one peer in a tab of its own. */
export function queryOf({ role, user, channel, clientId }: Identity): string {
  return `?${new URLSearchParams({ role, user, channel, ...(clientId !== undefined && { clientId }) })}`;
}
