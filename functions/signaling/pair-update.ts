import { number, text, texts } from "../shared/attribute-values.ts";
import { shardOf } from "../shared/shard.ts";
import type { Pair } from "./negotiation.ts";
import type { PairRow } from "./pair-row.ts";
import { isOfferInFlight, type PairState } from "./pair-state.ts";
import type { WaitingFrame } from "./waiting-frame.ts";

/** What is to be written. Without `waiting` what waits stays as it is, also what has come since the row was read. */
export interface PairChange {
  readonly state: PairState;
  readonly waiting?: readonly WaitingFrame[];
  /** The lease of `state` ends with this write if nothing waits by then. Not with `waiting`. */
  readonly releases?: true;
}

/** Frames that may wait in one row, and characters of all together and of one that is appended: below DynamoDB's 400 KB. */
export const mostWaiting = 64;
export const mostCharacters = 300_000;

/** The attributes that a function must be allowed to update, besides the keys; `leasedFrames` only one that posts SDPs. */
export const pairAttributes = [
  "state",
  "version",
  "waiting",
  "waitingFrames",
  "waitingUntil",
  "leasedFrames",
  "shard",
  "dueAt",
  "expiresAt",
  "v",
] as const;

/** Seconds that a row is remembered after its SDP, and one that no SDP has come for. */
const stateLifetime = 24 * 60 * 60;
const lonelyLifetime = 60 * 60;

const second = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

/** What DynamoDB is to do with a pair's row. `names` are those of its attributes, each with a `#` before it in the text. */
export interface PairUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly names: readonly string[];
  readonly values: Record<string, ReturnType<typeof text>>;
}

const unchanged = ({ version }: PairRow) =>
  version === 0 ? "attribute_not_exists(#version)" : "#version = :version";
const versionOf = ({ version }: PairRow) => (version > 0 ? { ":version": number(version) } : {});

/** The update that writes if the version, and with `waiting` the number of frames that wait, is that of `before`. */
export function updateOf(
  pair: Pair,
  before: PairRow,
  { state: after, waiting, releases }: PairChange,
  now: number,
): PairUpdate {
  const lease = after.lease && { ...after.lease, whileWaiting: true };
  const state = releases && lease ? { ...after, lease } : after;
  const set: Record<string, ReturnType<typeof text>> = {
    state: text(JSON.stringify(state)),
    version: number(before.version + 1),
    v: number(2),
    expiresAt: number(second(now) + stateLifetime),
  };
  const remove: string[] = [];
  if (waiting) {
    const ends = waiting.map(({ expiresAt }) => expiresAt);
    const until = [...ends, ...(state.offer ? [state.offer.expiresAt] : [])];
    if (until.length > 0) set.waitingUntil = number(second(Math.max(...until)));
    else remove.push("waitingUntil");
    if (waiting.length > 0) {
      set.waiting = texts(waiting.map((one) => JSON.stringify(one)));
      set.waitingFrames = number(waiting.length);
      set.dueAt = number(second(Math.min(...ends)));
      set.shard = number(shardOf(pair.recipient));
    } else remove.push("waiting", "waitingFrames", "dueAt", "shard");
  }
  if (releases && state.offer) set.waitingUntil = number(second(state.offer.expiresAt));
  // A recipient that comes while an offer is on its way to an older connection is to find the row.
  const inFlight = !waiting && isOfferInFlight(state);
  const count = before.waiting.length;
  const asRead = count === 0 ? "attribute_not_exists(#waiting)" : "size(#waiting) = :count";
  return {
    UpdateExpression: `SET ${Object.keys(set)
      .map((name) => `#${name} = :new_${name}`)
      .join(", ")}${inFlight ? ", #waitingUntil = if_not_exists(#waitingUntil, :leaseEnd)" : ""}${
      releases ? ", #leasedFrames = if_not_exists(#waitingFrames, :none)" : ""
    }${remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(", ")}` : ""}`,
    ConditionExpression: unchanged(before) + (waiting ? ` AND ${asRead}` : ""),
    names: [
      ...new Set([
        ...[...Object.keys(set), ...remove, "version"],
        ...(waiting ? ["waiting"] : []),
        ...(inFlight ? ["waitingUntil"] : []),
        ...(releases ? ["leasedFrames", "waitingFrames"] : []),
      ]),
    ],
    values: {
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:new_${name}`, value])),
      ...versionOf(before),
      ...(inFlight && { ":leaseEnd": number(second(state.lease?.until ?? now)) }),
      ...(waiting && count > 0 && { ":count": number(count) }),
      ...(releases && { ":none": number(0) }),
    },
  };
}

/** The update that appends a frame that waits, if the version is that of `before` and there is room. */
export function appendOf(pair: Pair, before: PairRow, frame: WaitingFrame, now: number): PairUpdate {
  const lonely = before.version === 0;
  const until = number(second(frame.expiresAt));
  return {
    UpdateExpression:
      "SET #waiting = list_append(if_not_exists(#waiting, :none), :one), #v = :v, #shard = :shard, " +
      `#waitingUntil = :until, #dueAt = if_not_exists(#dueAt, :until)${lonely ? ", #expiresAt = :expiresAt" : ""} ` +
      "ADD #waitingFrames :onceMore",
    ConditionExpression: `${unchanged(before)} AND (attribute_not_exists(#waiting) OR size(#waiting) < :most)`,
    names: [
      ...["waiting", "waitingFrames", "waitingUntil", "dueAt", "shard", "version", "v"],
      ...(lonely ? ["expiresAt"] : []),
    ],
    values: {
      ":none": texts([]),
      ":one": texts([JSON.stringify(frame)]),
      ":onceMore": number(1),
      ":most": number(mostWaiting),
      ":until": until,
      ":shard": number(shardOf(pair.recipient)),
      ":v": number(2),
      ...versionOf(before),
      ...(lonely && { ":expiresAt": number(second(now) + lonelyLifetime) }),
    },
  };
}
