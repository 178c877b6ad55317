import { bulkhead } from "cockatiel";
import { type CurrentAccess, dynamoCurrentAccess } from "../billing/access/current-access.ts";
import type { Denial } from "../billing/access/entitlement.ts";
import { plans } from "../billing/access/plans.ts";
import { DynamoDBClient } from "../shared/aws/dynamodb.ts";
import { SQSClient } from "../shared/aws/sqs.ts";
import { pseudonym } from "../shared/digest.ts";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import {
  type BatchResponse,
  type Handled,
  handleInOrder,
  type QueueRecord,
  serveByGroup,
} from "../shared/fifo-batch.ts";
import { readContext } from "../shared/lambda-context.ts";
import { readJson } from "../shared/read-json.ts";
import { noteNotRead, readMessage } from "../shared/read-message.ts";
import { type Receipts, sqsReceipts } from "../shared/receipts.ts";
import { resilient } from "../shared/resilience.ts";
import { revocation } from "../shared/revocations.ts";
import { type Line, type Telemetry, telemetry } from "../shared/telemetry.ts";
import { closingAt } from "./closing.ts";
import { dynamoPeerDirectory, dynamoPeerRemoval } from "./peers.ts";
import { postingTo } from "./relaying-ports.ts";
import { type Revoked, type RevokeSocketPorts, revokeSocket } from "./revoke-socket.ts";
import { dynamoSockets, type Sockets } from "./sockets.ts";
import { sqsWakeUps } from "./wake-ups.ts";

export interface Environment {
  readonly CUSTOMERS_TABLE: string;
  readonly SOCKETS_TABLE: string;
  readonly PEERS_TABLE: string;
  readonly CONNECTIONS_URL: string;
  readonly DELIVERIES_QUEUE_URL: string;
  readonly REVOCATIONS_QUEUE_URL: string;
  /** JSON of what is sold. */
  readonly PLANS: string;
}

export interface RevokePorts extends RevokeSocketPorts {
  readonly sockets: Sockets;
  readonly access: CurrentAccess;
  readonly receipts: Receipts;
  readonly telemetry: Telemetry;
}

/** Milliseconds that one socket may take at worst: six calls. */
const socketTime = 17_000;
const atOnce = 16;
const longestPause = 8;

/**
 * Closes the sockets of users whose access has ended. A message is only a hint: the customer's row is read, and who
 * has access keeps every socket. Users are independent. What cannot be finished comes back after 1, 2, 4, then 8
 * seconds. A message that cannot be read comes back alone, and becomes a dead letter.
 */
export const revoke = (ports: RevokePorts) => {
  return (event: unknown, context?: unknown): Promise<BatchResponse> => {
    const { remaining } = readContext(context);
    const mayGoOn = () => remaining() >= socketTime;
    return serveByGroup(event, (records) =>
      handleInOrder(records, { receipts: ports.receipts, longestPause }, (record, isBlocked) =>
        handleRecord(ports, record, isBlocked, mayGoOn),
      ),
    );
  };
};

/** One message, and its log line. Never throws. */
const handleRecord = (
  ports: RevokePorts,
  record: QueueRecord,
  isBlocked: boolean,
  mayGoOn: () => boolean,
): Promise<Handled> =>
  ports.telemetry.observe(
    "revocation",
    async (line) => {
      line.add({ requestId: record.messageId, receiveCount: record.attributes.ApproximateReceiveCount });
      const message = readMessage(revocation, 1, record.body);
      if (typeof message === "string") return noteNotRead(line, message);
      const { user, cause } = message;
      const [tenant = "", ...subject] = user.split("#");
      line.add({ tenant, subject: pseudonym(subject.join("#")) });
      if (cause.startsWith("evt_")) line.add({ stripeEventId: cause });
      if (isBlocked) {
        line.add({ outcome: "retried", code: "group_blocked" });
        return "again";
      }
      try {
        return await revokeUser(ports, user, mayGoOn, line);
      } catch (error) {
        line.fail(error);
        return "again";
      }
    },
    record.attributes.AWSTraceHeader,
  );

async function revokeUser(
  ports: RevokePorts,
  user: string,
  mayGoOn: () => boolean,
  line: Line,
): Promise<"done" | "again"> {
  const access = await ports.access(user, Math.floor(ports.now() / 1000));
  if (access.kind === "entitled") {
    line.add({ outcome: "ignored", code: "entitled" });
    return "done";
  }
  const { revoked, obstacle } = await revokeSockets(ports, user, access.reason, mayGoOn);
  line.add({ revoked });
  if (obstacle) {
    line.add({ outcome: "retried", code: obstacle });
    return "again";
  }
  line.add({ outcome: "revoked", code: access.reason });
  return "done";
}

/** Ends as many as it can. Throws the first fault, after the others were tried. */
async function revokeSockets(
  ports: RevokePorts,
  user: string,
  reason: Denial,
  mayGoOn: () => boolean,
): Promise<{ revoked: number; obstacle: Exclude<Revoked, "revoked"> | "no_time" | undefined }> {
  const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
  const ended: (Revoked | "no_time")[] = [];
  const faults: unknown[] = [];
  for await (const page of ports.sockets.of(user)) {
    await Promise.all(
      page.map((socket) =>
        limited.execute(async () => {
          if (!mayGoOn()) return ended.push("no_time");
          try {
            return ended.push(await revokeSocket(ports, socket, reason));
          } catch (error) {
            return faults.push(error);
          }
        }),
      ),
    );
  }
  if (faults.length > 0) throw faults[0];
  const obstacle = ended.find((one) => one !== "revoked");
  return { revoked: ended.filter((one) => one === "revoked").length, obstacle };
}

export const handler = onFirstCall(() => {
  const environment = readEnvironment<Environment>({
    CUSTOMERS_TABLE: "required",
    SOCKETS_TABLE: "required",
    PEERS_TABLE: "required",
    CONNECTIONS_URL: "required",
    DELIVERIES_QUEUE_URL: "required",
    REVOCATIONS_QUEUE_URL: "required",
    PLANS: "required",
  });
  const dynamodb = new DynamoDBClient();
  const sqs = new SQSClient();
  const guarded = resilient("dynamodb");
  const queueing = resilient("sqs");
  const sold = readJson("PLANS", environment.PLANS, plans);
  return revoke({
    access: dynamoCurrentAccess(dynamodb, environment.CUSTOMERS_TABLE, guarded, sold),
    sockets: dynamoSockets(dynamodb, environment.SOCKETS_TABLE, guarded),
    peers: dynamoPeerDirectory(dynamodb, environment.PEERS_TABLE, guarded),
    removal: dynamoPeerRemoval(dynamodb, environment.PEERS_TABLE, guarded),
    connections: postingTo(environment.CONNECTIONS_URL),
    closing: closingAt(environment.CONNECTIONS_URL),
    wakeUps: sqsWakeUps(sqs, environment.DELIVERIES_QUEUE_URL, queueing),
    receipts: sqsReceipts(sqs, environment.REVOCATIONS_QUEUE_URL, queueing),
    telemetry: telemetry("revoke"),
    now: Date.now,
  });
});
