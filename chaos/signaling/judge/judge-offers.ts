import type { FrameRecord, MemberRecord, SocketRecord } from "../ledger.ts";
import { hasReplied } from "./judge-order.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import { firstSend } from "./sent-order.ts";
import type { Violation } from "./violation.ts";

/** Milliseconds before an offer expires in which it need not be repeated any more. */
const marginMs = 5_000;

/** That a fresh client of the recipient gets an offer that was delivered to an earlier one and has no answer. */
export function judgeOffers(index: LedgerIndex): readonly Violation[] {
  const { frames } = index.ledger;
  const newest = new Map<string, FrameRecord>();
  for (const frame of frames) {
    if (frame.kind === "SDP_OFFER" || frame.kind === "SDP_ANSWER") newest.set(index.pairOf(frame), frame);
  }
  return [...newest.values()].flatMap((offer) => {
    const recipient = index.recipientOf(offer);
    if (offer.kind !== "SDP_OFFER" || !recipient || offer.sends.length !== 1) return [];
    const told = [...index.answersTo(offer), ...index.reportsOf(offer)].find(
      ({ code }) => code === "delivered",
    );
    const fresh = freshSocket(index, recipient);
    if (!told || !fresh || fresh.began.order < told.order) return [];
    const until = firstSend(offer).earliest + index.ledger.messageTtlMs - marginMs;
    if (fresh.opened.latest > until || hasReplied(index, offer, index.ledger.settled)) return [];
    if (index.receiptsOf(offer).some(({ client }) => client.id === fresh.client)) return [];
    const says = `${fresh.client} is a fresh client of ${recipient.id}, opened in time, and did not get the offer again.`;
    return [{ promise: "offers repeated" as const, says, frames: [offer.id] }];
  });
}

/** The first connection of the member's newest client, when it is open until the end. */
function freshSocket(index: LedgerIndex, member: MemberRecord): SocketRecord | undefined {
  const sockets = index.socketsOf(member);
  const last = sockets.at(-1);
  const first = sockets.find(({ client }) => client === last?.client);
  return last && first === last && !last.end ? last : undefined;
}
