import type { FrameRecord, MemberRecord, Moment, SocketRecord } from "../ledger.ts";
import { hasReplied } from "./judge-order.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import { firstSend } from "./sent-order.ts";
import type { Violation } from "./violation.ts";

/** Milliseconds before an offer expires in which it need not be repeated any more. */
const marginMs = 5_000;
/** Milliseconds for which a message of a worker that died stays hidden, and with it what else is for the recipient. */
const hiddenMs = 60_000;
/** Milliseconds in which the repetition comes, some of its calls failing, when nothing else is slow. */
const promptMs = 2_500;

/** That a fresh client of the recipient gets an offer that was delivered to an earlier one and has no answer. */
export function judgeOffers(index: LedgerIndex): readonly Violation[] {
  const descriptions = index.ledger.frames.filter(
    ({ kind }) => kind === "SDP_OFFER" || kind === "SDP_ANSWER",
  );
  return [...Map.groupBy(descriptions, (frame) => index.pairOf(frame)).values()].flatMap((frames) =>
    frames.flatMap((offer, place) => judgeOffer(index, offer, frames[place + 1])),
  );
}

function judgeOffer(index: LedgerIndex, offer: FrameRecord, newer: FrameRecord | undefined): Violation[] {
  const recipient = index.recipientOf(offer);
  if (offer.kind !== "SDP_OFFER" || !recipient || offer.sends.length !== 1) return [];
  const told = [...index.answersTo(offer), ...index.reportsOf(offer)].find(
    ({ code }) => code === "delivered",
  );
  const until = newer ? firstSend(newer) : index.ledger.settled;
  const fresh = told && freshSocket(index, recipient, told, until);
  if (!fresh || !hasTime(index, offer, fresh, until, newer !== undefined)) return [];
  if (hasReplied(index, offer, until)) return [];
  if (index.receiptsOf(offer).some(({ client }) => client.id === fresh.client)) return [];
  const says = `${fresh.client} is a fresh client of ${recipient.id}, opened in time, and did not get the offer again.`;
  return [{ promise: "offers repeated", says, frames: [offer.id] }];
}

/** The only connection that the member opened in that time, when it is a fresh client's and stays. */
function freshSocket(
  index: LedgerIndex,
  member: MemberRecord,
  from: Moment,
  until: Moment,
): SocketRecord | undefined {
  const sockets = index.socketsOf(member);
  const [fresh, ...more] = sockets.filter(
    ({ opened }) => opened.order > from.order && opened.order < until.order,
  );
  if (!fresh || more.length > 0 || fresh.began.order < from.order) return undefined;
  const isFirst = sockets.find(({ client }) => client === fresh.client) === fresh;
  return isFirst && !(fresh.end && fresh.end.order < until.order) ? fresh : undefined;
}

/** True when the repetition must have come: before the offer expired, and before something newer was sent. */
function hasTime(
  index: LedgerIndex,
  offer: FrameRecord,
  { began, opened }: SocketRecord,
  until: Moment,
  isReplaced: boolean,
): boolean {
  const mayHide = ({ order, latest }: Moment) => order < until.order && latest > began.earliest - hiddenMs;
  if (index.ledger.kills.some(mayHide)) return false;
  if (opened.latest > firstSend(offer).earliest + index.ledger.messageTtlMs - marginMs) return false;
  const isPrompt = !index.isSlow && !index.ledger.ambiguous && until.real - opened.real > promptMs;
  return isPrompt || !isReplaced;
}
