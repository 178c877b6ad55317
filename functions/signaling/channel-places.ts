import { type Presence, placeSinceOf } from "./peers.ts";

/** Milliseconds after which the handshake of a connection is over, whatever became of it. */
export const handshakeTime = 30_000;
/** Milliseconds that those who came last have to leave a channel that is too full, before it is another's turn. */
const turnTime = 500;
const mostTurns = 6;

/** `undecided`: as soon as those who came later have left, it has its place. */
export type Place = "kept" | "refused" | "undecided";

type Named = Presence & { readonly name: string };

/**
 * Whether a member has a place in a channel for `most`, as far as these rows tell, read after its own was written.
 *
 * Who sees no more than `most` keeps its place. So however handshakes overlap, the last of them to write its row sees
 * all who keep theirs, and no more than `most` do. Of too many those leave first who came last, by the time at which
 * they wrote their rows. Whoever sees that others must leave before it looks again: one that looked before this row was
 * written stays, and then the next leave, in turns, until the rest have room. Thus not all leave because of each other,
 * as long as a turn is enough to look and to leave. The turns begin when somebody came or left last, as far as is
 * known. A member whose handshake was over long ago and who only connects again is among the first, and keeps its place
 * at once.
 */
export function placeOf(
  name: string,
  members: readonly Named[],
  most: number,
  { now, lastChange }: { readonly now: number; readonly lastChange: number },
): Place {
  const byAge = members.toSorted(
    (one, other) => placeSinceOf(one) - placeSinceOf(other) || (one.name < other.name ? -1 : 1),
  );
  const index = byAge.findIndex((member) => member.name === name);
  const [own, newest] = [byAge[index], byAge.at(-1)];
  const excess = members.length - most;
  if (excess <= 0 || !own || !newest) return "kept";
  if (index < most && now - placeSinceOf(own) >= handshakeTime) return "kept";
  const turn = Math.floor((members.length - 1 - index) / excess);
  if (turn === 0) return "refused";
  const start = Math.max(placeSinceOf(newest), lastChange);
  return now >= start + Math.min(turn, mostTurns) * turnTime ? "refused" : "undecided";
}
