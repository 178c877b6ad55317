import type { PresentMember } from "./frames.ts";
import type { Role } from "./identity.ts";
import type { Presence } from "./peers.ts";

/** Milliseconds within which a 410 means that the handshake is not complete yet. */
export const openingTime = 10_000;

type Named = Presence & { readonly name: string };

/** Whether two members can send to each other: then each may know of the other. */
export const canMeet = (one: Role, other: Role): boolean =>
  one === "MASTER" || other === "MASTER" ? one !== other : one === "PEER" && other === "PEER";

/** Who is told about presence: who announced itself, and every PEER, which is a role of ours. */
export const isAware = ({ role, announced }: Pick<Presence, "role" | "announced">): boolean =>
  announced || role === "PEER";

/** The members who are to hear of one. */
export const audienceOf = (
  { name, role }: { readonly name: string; readonly role: Role },
  members: readonly Named[],
): readonly Named[] =>
  members.filter((other) => other.name !== name && isAware(other) && canMeet(role, other.role));

/** The members of whom one is to hear. */
export const visibleTo = (
  { name, role }: { readonly name: string; readonly role: Role },
  members: readonly Named[],
): readonly Named[] => members.filter((other) => other.name !== name && canMeet(role, other.role));

export const presentMember = ({
  name,
  role,
  connectedAt,
}: Pick<Named, "name" | "role" | "connectedAt">): PresentMember => ({
  clientId: name,
  role,
  since: connectedAt,
});
