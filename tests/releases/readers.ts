import * as v from "valibot";
import { dynamoCurrentAccess } from "../../functions/billing/access/current-access.ts";
import { dynamoCustomers } from "../../functions/billing/projection/customers.ts";
import { dynamoClaimLedger } from "../../functions/billing/proofs/claims.ts";
import { dynamoAttemptLedger } from "../../functions/billing/purchases/attempts.ts";
import { dynamoDueReviews } from "../../functions/billing/repair/due-reviews.ts";
import { reconcilerKey } from "../../functions/billing/repair/reconciler-key.ts";
import { dynamoReconcilerProgress } from "../../functions/billing/repair/reconciler-progress.ts";
import { refreshRequest } from "../../functions/billing/repair/refresh-request.ts";
import { billingEvent } from "../../functions/billing/webhook/billing-event.ts";
import type { DynamoDBClient } from "../../functions/shared/aws/dynamodb.ts";
import { readMessage } from "../../functions/shared/read-message.ts";
import { revocation } from "../../functions/shared/revocations.ts";
import { dynamoDuePairs } from "../../functions/signaling/due-pairs.ts";
import { dynamoKeepalives } from "../../functions/signaling/keepalives.ts";
import { dynamoPairs } from "../../functions/signaling/pairs.ts";
import { dynamoChannelMembers, dynamoPeerDirectory } from "../../functions/signaling/peers.ts";
import { dynamoProofRedemption } from "../../functions/signaling/proofs.ts";
import { dynamoSockets } from "../../functions/signaling/sockets.ts";
import { dynamoSubscriptions } from "../../functions/signaling/subscriptions.ts";
import { wakeUp, wakeUpVersion } from "../../functions/signaling/wake-ups.ts";
import type { Row } from "./recording.ts";

type Resilient = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>;
type Reading = (row: Row, client: DynamoDBClient, now: number) => unknown;

const once: Resilient = (call) => call(new AbortController().signal);
const textOf = (row: Row, name: string): string => String(row[name]?.S);
const having = (name: string, read: Reading): Reading => {
  return (row, ...rest) => (row[name] ? read(row, ...rest) : `without ${name}`);
};
async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(page);
  return found;
}
const customers: Record<string, Reading> = {
  read: (row, client) => dynamoCustomers(client, "customers", once).read(textOf(row, "user")),
  userOf: (_, client) => dynamoCustomers(client, "customers", once).userOf("cus_1"),
  access: (row, client, now) =>
    dynamoCurrentAccess(client, "customers", once, {})(textOf(row, "user"), now / 1000),
  due: having("reviewAt", (_, client, now) => all(dynamoDueReviews(client, "customers", once).due(0, now))),
};

/** Whatever reads a row of a table in a deployed function, by table and by what it is for. */
const readings: Readonly<Record<string, Readonly<Record<string, Reading>>>> = {
  attempts: {
    read: (row, client, now) =>
      dynamoAttemptLedger(client, "attempts", once, () => now).read(textOf(row, "user"), textOf(row, "name")),
  },
  claims: {
    holder: (row, client) =>
      dynamoClaimLedger(client, "claims", once).holder(textOf(row, "channel"), textOf(row, "name")),
  },
  pairs: {
    read: (row, client) =>
      dynamoPairs(client, "pairs", once).read({
        recipient: textOf(row, "recipient"),
        sender: textOf(row, "sender"),
      }),
    waiting: having("waitingUntil", (row, client, now) =>
      dynamoPairs(client, "pairs", once).waitingFor(textOf(row, "recipient"), now),
    ),
    due: having("dueAt", (_, client, now) => all(dynamoDuePairs(client, "pairs", once).due(0, now))),
  },
  peers: {
    find: (row, client, now) =>
      dynamoPeerDirectory(client, "peers", once).find(
        { channel: textOf(row, "channel"), name: textOf(row, "clientId") },
        now,
      ),
    members: (row, client, now) =>
      dynamoChannelMembers(client, "peers", once).members(textOf(row, "channel"), now),
    due: (_, client, now) => all(dynamoKeepalives(client, "peers", once).due(0, now)),
  },
  proofs: {
    redeem: (_, client, now) =>
      dynamoProofRedemption(client, "proofs", once).redeem({
        proof: "",
        connectionId: "c",
        now: now / 1000,
        claimedClientId: undefined,
      }),
  },
  sockets: {
    of: (row, client) => all(dynamoSockets(client, "sockets", once).of(textOf(row, "user"))),
  },
  topics: {
    // Places are never read.
    subscribers: having("turns", (_, client, now) =>
      dynamoSubscriptions(client, "topics", once).subscriptionsOf("dev#room", "notes", now),
    ),
  },
};

const messages: Readonly<Record<string, (body: string) => unknown>> = {
  deliveries: (body) => readMessage(wakeUp, wakeUpVersion, body),
  revocations: (body) => readMessage(revocation, 1, body),
  "billing-events": (body) => readMessage(v.union([billingEvent, refreshRequest]), 1, body),
};

/**
 * What each reader of a table makes of one row at `now` (epoch milliseconds), by what it is for; the code of the fault
 * where it takes it for none. Empty for a table that no function reads.
 */
export async function readRows(table: string, row: Row, now: number): Promise<Record<string, unknown>> {
  const answer = { Item: row, Items: [row], Attributes: row };
  const client = { send: async () => answer } as unknown as DynamoDBClient;
  const isProgress = table === "customers" && row.user?.S === reconcilerKey;
  const readers = isProgress
    ? { progress: () => dynamoReconcilerProgress(client, table, once).read() }
    : table === "customers"
      ? customers
      : (readings[table] ?? {});
  const read = Object.entries(readers).map(async ([name, reading]: [string, Reading]) => {
    try {
      return [name, await reading(row, client, now)] as const;
    } catch (error) {
      return [name, `fault ${error instanceof Error && "code" in error ? error.code : error}`] as const;
    }
  });
  return Object.fromEntries(await Promise.all(read));
}

/** The message of a body, or the code for why it is none. */
export const readBody = (queue: string, body: string): unknown => messages[queue]?.(body) ?? "no such queue";
