import type { Connections, Posted } from "./connections.ts";
import { type PresentMember, presenceFrame, supersededFrame } from "./frames.ts";
import type { ChannelMembers, PeerRemoval, Presence } from "./peers.ts";
import { audienceOf, isAware, openingTime, presentMember, visibleTo } from "./presence.ts";
import type { Arrival, Departure } from "./wake-ups.ts";

export interface PresencePorts {
  readonly members: ChannelMembers;
  readonly connections: Connections;
  readonly now: () => number;
}

/** `untold`: somebody could not be told for a reason that time may heal. */
type Told = "told" | "untold";

/** Tells who is to know that a member came, and the member who is there. `not_open_yet`: its handshake goes on. */
export async function tellArrival(
  ports: PresencePorts,
  arrival: Arrival,
): Promise<"told" | "unavailable" | "not_open_yet"> {
  const { connectionId, connectedAt, superseded } = arrival;
  const members = await ports.members.members(arrival.channel, ports.now());
  const current = members.find(({ name }) => name === arrival.name);
  // It has left since, and another message says so.
  if (!current) return "told";
  // Of a newer connection there is another message; but one that resumes says no more than that.
  if (isAware(arrival) && current.connectionId === connectionId) {
    const posted = await tellPresent(ports, connectionId, visibleTo(arrival, members).map(presentMember));
    if (posted === "unavailable" || posted === "unknown") return "unavailable";
    if (posted === "gone" && ports.now() - connectedAt < openingTime) return "not_open_yet";
  }
  if (superseded?.resumed) return "told";
  const audience = audienceOf(arrival, members);
  if (superseded) {
    const left = {
      ...presentMember({ ...arrival, connectedAt: superseded.connectedAt }),
      cause: "superseded" as const,
    };
    if ((await tellAll(ports, audience, presenceFrame("left", [left]))) === "untold") return "unavailable";
  }
  const joined = presenceFrame("joined", [presentMember(arrival)]);
  return (await tellAll(ports, audience, joined)) === "untold" ? "unavailable" : "told";
}

/** Members in one frame: with client ids of 256 characters well below API Gateway's 128 KB a message. */
const mostInAFrame = 200;

async function tellPresent(
  { connections }: PresencePorts,
  connectionId: string,
  present: PresentMember[],
): Promise<Posted> {
  let posted: Posted = "delivered";
  for (let first = 0; posted === "delivered" && first <= present.length; first += mostInAFrame) {
    const some = present.slice(first, first + mostInAFrame);
    if (first > 0 && some.length === 0) break;
    posted = await connections.post(connectionId, presenceFrame("present", some));
  }
  return posted;
}

/**
 * Tells who is to know that a member left, and why; and that it is there, when it has a newer connection by now. The row
 * of a connection that is over is removed before: one that still found it would resume, and nobody would hear that it is
 * there. The row of one that is yet to be closed stays, since by it the sweeper finds it.
 */
export async function tellDeparture(
  ports: PresencePorts & { readonly removal: PeerRemoval },
  departure: Departure,
): Promise<Told> {
  const look = () => ports.members.members(departure.channel, ports.now());
  const of = (present: Members) => present.find(({ name }) => name === departure.name);
  let members = await look();
  const before = of(members);
  if (before?.connectedAt === departure.connectedAt && isOver.has(departure.cause)) {
    await ports.removal.remove(departure, before.connectionId);
    members = await look();
  }
  const left = { ...presentMember(departure), cause: departure.cause };
  const told = await tellAll(ports, audienceOf(departure, members), presenceFrame("left", [left]));
  const current = of(members);
  if (told === "untold" || !current || current.connectedAt <= departure.connectedAt) return told;
  // They may have heard of that one before, and it must be what they hear last.
  return tellAll(ports, audienceOf(current, members), presenceFrame("joined", [presentMember(current)]));
}

const isOver: ReadonlySet<Departure["cause"]> = new Set(["left", "gone"]);

type Members = Awaited<ReturnType<ChannelMembers["members"]>>;

/** Tells an announced client that another one has its name now. */
export async function tellOldConnection(
  { connections }: PresencePorts,
  { superseded }: Arrival,
): Promise<void> {
  if (superseded?.announced && !superseded.resumed) {
    await connections.post(superseded.connectionId, supersededFrame);
  }
}

async function tellAll(
  { connections }: PresencePorts,
  audience: readonly Presence[],
  frame: string,
): Promise<Told> {
  const posted = await Promise.all(audience.map(({ connectionId }) => connections.post(connectionId, frame)));
  return posted.some((one) => one === "unavailable" || one === "unknown") ? "untold" : "told";
}
