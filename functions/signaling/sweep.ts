import { bulkhead } from "cockatiel";
import { type CurrentAccess, dynamoCurrentAccess } from "../billing/access/current-access.ts";
import { plans } from "../billing/access/plans.ts";
import { DynamoDBClient } from "../shared/aws/dynamodb.ts";
import { SQSClient } from "../shared/aws/sqs.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { readContext } from "../shared/lambda-context.ts";
import { readJson } from "../shared/read-json.ts";
import { resilient } from "../shared/resilience.ts";
import { type Revocations, sqsRevocations } from "../shared/revocations.ts";
import { shards } from "../shared/shard.ts";
import { type Telemetry, telemetry } from "../shared/telemetry.ts";
import { type Closing, closingAt } from "./closing.ts";
import type { Connections } from "./connections.ts";
import { type DuePairs, dynamoDuePairs } from "./due-pairs.ts";
import { dynamoExpiredProofs, type ExpiredProofs, parts } from "./expired-proofs.ts";
import { goAwayFrame, keepaliveFrame } from "./frames.ts";
import { type DueKeepalive, dynamoKeepalives, hasAnswered, type Keepalives } from "./keepalives.ts";
import type { Pair } from "./negotiation.ts";
import { dynamoPeerRemoval, keepaliveInterval, memberOfKey, type PeerRemoval, rowLifetime } from "./peers.ts";
import { openingTime } from "./presence.ts";
import { postingTo } from "./relaying-ports.ts";
import { sqsWakeUps, type WakeUps } from "./wake-ups.ts";

export interface Environment {
  readonly PEERS_TABLE: string;
  readonly PAIRS_TABLE: string;
  readonly PROOFS_TABLE: string;
  readonly DELIVERIES_QUEUE_URL: string;
  readonly CONNECTIONS_URL: string;
  /** Where something is sold: what users have bought, who closes sockets, and JSON of the plans. Else empty. */
  readonly CUSTOMERS_TABLE: string;
  readonly REVOCATIONS_QUEUE_URL: string;
  readonly PLANS: string;
}

interface SweepPorts {
  readonly keepalives: Pick<Keepalives, "due" | "renew">;
  readonly duePairs: DuePairs;
  readonly expiredProofs: ExpiredProofs;
  readonly removal: PeerRemoval;
  readonly connections: Connections;
  readonly closing: Closing;
  readonly wakeUps: WakeUps;
  /** Where something is sold. */
  readonly sale?: { readonly access: CurrentAccess; readonly revocations: Revocations };
  readonly telemetry: Telemetry;
  readonly now: () => number;
}

/** Milliseconds that one peer may take at worst, kept free before the function's timeout. */
const peerTime = 12_000;
const atOnce = 16;

const minute = 60_000;
/** Milliseconds after which API Gateway ends a connection, and from when on an announced client is told so. */
const connectionTime = 120 * minute;
const goAwayAfter = 105 * minute;

const outcomes = ["kept", "gone", "timed_out", "unreachable", "postponed", "overdue", "revoked"] as const;
type Swept = (typeof outcomes)[number];

/**
 * Sends a keepalive to every connection whose last one is 8.5 minutes old, and removes those that are gone or outlived
 * their two hours; others are told by the worker. One whose client has answered keepalives, and has left one without an
 * answer for a minute, is closed and removed. A client that announced itself is told to go away from 105 minutes on.
 * Has the sockets of a user closed whose access has ended, in case nobody did. Has the worker end what has waited too
 * long. Removes proofs that expired a day ago. A peer that fails stops no other and is tried again next minute, as is
 * what is left when time runs short. Throws the first fault of reading an index, after the other shards were tried.
 */
export const sweep = (ports: SweepPorts) => {
  return (_event: unknown, context?: unknown): Promise<void> =>
    ports.telemetry.observe("sweep", async (line) => {
      const { requestId, remaining } = readContext(context);
      if (requestId !== undefined) line.add({ requestId });
      const counts: Record<Swept, number> = {
        ...{ kept: 0, gone: 0, timed_out: 0, unreachable: 0, postponed: 0, overdue: 0, revoked: 0 },
      };
      const faults: unknown[] = [];
      const now = Math.floor(ports.now() / 1000);
      const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
      const enough = () => remaining() >= peerTime;
      const each = async <Item>(
        pages: AsyncIterable<readonly Item[]>,
        sweepOne: (item: Item) => Promise<Swept>,
      ): Promise<void> => {
        for await (const page of pages) {
          const sweepInTime = async (item: Item): Promise<Swept> => {
            if (!enough()) return "postponed";
            try {
              return await sweepOne(item);
            } catch (error) {
              faults.push(error);
              return "unreachable";
            }
          };
          const swept = await Promise.all(page.map((item) => limited.execute(() => sweepInTime(item))));
          for (const outcome of swept) counts[outcome] += 1;
          if (!enough()) return;
        }
      };
      const unread: unknown[] = [];
      // Another shard is first each minute, so that none is always the one for which time runs short.
      const first = Math.floor(now / 60);
      for (let number = 0; number < shards && enough(); number += 1) {
        const shard = (first + number) % shards;
        const swept = await Promise.allSettled([
          each(ports.keepalives.due(shard, now), (due) => keepAlive(ports, due)),
          each(ports.duePairs.due(shard, now), (pair) => wakeWorker(ports, pair, first)),
        ]);
        for (const one of swept) if (one.status === "rejected") unread.push(one.reason);
      }
      let proofs = 0;
      if (enough()) {
        try {
          proofs = await ports.expiredProofs.remove(first % parts, now, enough);
        } catch (error) {
          unread.push(error);
        }
      }
      const { timed_out: timedOut, ...rest } = counts;
      line.add({ outcome: "swept", ...rest, timedOut, proofs });
      if (!enough()) line.add({ code: "deadline_reached" });
      if (faults.length > 0) line.fail(faults[0]);
      if (unread.length > 0) throw unread[0];
    });
};

async function keepAlive(ports: SweepPorts, due: DueKeepalive): Promise<Swept> {
  const { member, connectionId, announced, connectedAt } = due;
  const now = ports.now();
  const age = now - connectedAt;
  if (age >= rowLifetime * 1000) return remove(ports, due, "timed_out");
  const answered = hasAnswered(due);
  if (answered === false) return closeSilent(ports, due);
  if (answered) {
    const askedAt = Math.floor((due.askedAt ?? now) / 1000);
    await ports.keepalives.renew(due, askedAt + keepaliveInterval);
    return "kept";
  }
  const mustGo = announced && age >= goAwayAfter;
  const posted = await ports.connections.post(
    connectionId,
    mustGo ? goAwayFrame(connectedAt + connectionTime) : keepaliveFrame,
  );
  if (posted === "gone") return age < openingTime ? "unreachable" : remove(ports, due, "gone");
  if (posted !== "delivered") return "unreachable";
  // After the keepalive, which a table that fails must not hold up; before the row is renewed, so that it is tried again.
  if (due.user !== undefined && (await hasEnded(ports, due.user, now))) return "revoked";
  const second = Math.floor(now / 1000);
  if (due.aliveAt === undefined) await ports.keepalives.renew({ ...due, member }, second + keepaliveInterval);
  else await ports.keepalives.renew({ ...due, member }, second + answerTime, now);
  return "kept";
}

/** Seconds that a client which answers keepalives has for one. */
const answerTime = 60;

/**
 * Ends a connection whose client does not answer any more: it is closed, so that a client that was only slow hears of
 * it, and comes again. Others are told before, since `$disconnect` would say that it left of itself.
 */
async function closeSilent(ports: SweepPorts, due: DueKeepalive): Promise<Swept> {
  await tellDeparture(ports, due, "timed_out");
  if ((await ports.closing.close(due.connectionId)) === "unavailable") return "unreachable";
  await ports.removal.remove(due.member, due.connectionId);
  return "timed_out";
}

/** Whether a user's access is over; then the sockets are closed, by those who know them all. */
async function hasEnded({ sale }: SweepPorts, user: string, now: number): Promise<boolean> {
  if (!sale || (await sale.access(user, Math.floor(now / 1000))).kind === "entitled") return false;
  await sale.revocations.send({ user, version: 0, cause: "sweep" }, `sweep ${Math.floor(now / minute)}`);
  return true;
}

/** Others are told first: when that fails, the row is still due the next minute. */
async function remove(ports: SweepPorts, due: DueKeepalive, cause: "gone" | "timed_out"): Promise<Swept> {
  await tellDeparture(ports, due, cause);
  await ports.removal.remove(due.member, due.connectionId);
  return cause;
}

const tellDeparture = (
  { wakeUps }: SweepPorts,
  { member, role, connectedAt, connectionId }: DueKeepalive,
  cause: "gone" | "timed_out",
): Promise<void> =>
  wakeUps.send({ v: 2, kind: "departure", ...member, role, connectedAt, cause }, connectionId);

async function wakeWorker(
  { wakeUps }: SweepPorts,
  { recipient, sender }: Pair,
  minuteNumber: number,
): Promise<Swept> {
  await wakeUps.send(
    { v: 2, kind: "waiting", ...memberOfKey(recipient), sender },
    `overdue ${sender} ${minuteNumber}`,
  );
  return "overdue";
}

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    PEERS_TABLE: "required",
    PAIRS_TABLE: "required",
    PROOFS_TABLE: "required",
    DELIVERIES_QUEUE_URL: "required",
    CONNECTIONS_URL: "required",
    CUSTOMERS_TABLE: "empty",
    REVOCATIONS_QUEUE_URL: "empty",
    PLANS: "empty",
  });
  const client = new DynamoDBClient();
  const sqs = new SQSClient();
  const guarded = resilient("dynamodb");
  const queueing = resilient("sqs");
  const { CUSTOMERS_TABLE, REVOCATIONS_QUEUE_URL, PLANS } = environment;
  const sale = PLANS !== "" && {
    access: dynamoCurrentAccess(client, CUSTOMERS_TABLE, guarded, readJson("PLANS", PLANS, plans)),
    revocations: sqsRevocations(sqs, REVOCATIONS_QUEUE_URL, queueing),
  };
  return sweep({
    keepalives: dynamoKeepalives(client, environment.PEERS_TABLE, guarded),
    duePairs: dynamoDuePairs(client, environment.PAIRS_TABLE, guarded),
    expiredProofs: dynamoExpiredProofs(client, environment.PROOFS_TABLE, guarded),
    removal: dynamoPeerRemoval(client, environment.PEERS_TABLE, guarded),
    connections: postingTo(environment.CONNECTIONS_URL),
    closing: closingAt(environment.CONNECTIONS_URL),
    wakeUps: sqsWakeUps(sqs, environment.DELIVERIES_QUEUE_URL, queueing),
    ...(sale && { sale }),
    telemetry: telemetry("sweep"),
    now: Date.now,
  });
});
