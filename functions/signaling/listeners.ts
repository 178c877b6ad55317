import type { Subscription } from "./topic-rows.ts";

/** Milliseconds within which who has subscribed is expected to announce itself. y-webrtc does so at once. */
const announcingTime = 5_000;

/** A frame that is published. Times are epoch milliseconds. */
export interface Publishing {
  readonly connectionId: string;
  /** When API Gateway received it. Undefined when that is not known. */
  readonly sentAt: number | undefined;
  readonly now: number;
}

/** Whether who is subscribed so, or not at all, may be about to announce itself. */
const maySoonAnnounce = (subscription: Subscription | undefined, now: number): boolean =>
  subscription === undefined ||
  (subscription.turn === undefined && subscription.since > now - announcingTime);

/**
 * The connections that are to get a frame: `before` are the subscriptions that were found when it came, `after` those
 * once its publisher has a turn.
 *
 * The first frame of y-webrtc is its announcement, and who hears it makes an offer. Of two who come at once one must
 * hear the other. If both do, both make an offer, which y-webrtc does not survive: its peers stay connected, and deaf.
 * So who has the earlier turn hears the one with the later. An early frame, which is one that was received before its
 * publisher got a turn, does not go to those with a later turn, nor to those who have just subscribed and are about to
 * get one. No answer to a frame is early. Any other frame goes to all.
 */
export function listenersOf(
  before: readonly Subscription[],
  after: readonly Subscription[],
  { connectionId, sentAt, now }: Publishing,
): readonly string[] {
  const isOwn = (one: Subscription): boolean => one.connectionId === connectionId;
  const [found, own] = [before.find(isOwn), after.find(isOwn)];
  const others = after.filter((one) => !isOwn(one));
  const isEarly =
    maySoonAnnounce(found, now) ||
    (found?.turn !== undefined && sentAt !== undefined && sentAt <= found.since);
  const comesLater = (one: Subscription): boolean =>
    maySoonAnnounce(one, now) || (one.turn ?? 0) > (own?.turn ?? 0);
  return (isEarly ? others.filter((one) => !comesLater(one)) : others).map((one) => one.connectionId);
}
