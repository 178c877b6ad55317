import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { bulkhead } from "cockatiel";
import { onFirstCall, readEnvironment } from "../shared/environment.ts";
import { readContext } from "../shared/lambda-context.ts";
import { clientDefaults, resilient } from "../shared/resilience.ts";
import { type Telemetry, telemetry } from "../shared/telemetry.ts";
import { apiGatewayConnections, type Connections } from "./connections.ts";
import { type DueKeepalive, dynamoKeepalives, type Keepalives } from "./keepalives.ts";
import { dynamoPeerRemoval, keepaliveInterval, type PeerRemoval, shards } from "./peers.ts";

export interface Environment {
  readonly PEERS_TABLE: string;
  readonly CONNECTIONS_URL: string;
}

interface SweepPorts {
  readonly keepalives: Keepalives;
  readonly removal: PeerRemoval;
  readonly connections: Connections;
  readonly telemetry: Telemetry;
  readonly now: () => number;
}

/** A frame that every KVS client ignores. */
export const keepaliveFrame = JSON.stringify({ messageType: "KEEPALIVE" });

/** Milliseconds that one peer may take at worst, kept free before the function's timeout. */
const peerTime = 7_000;
const atOnce = 16;

type Swept = "kept" | "gone" | "unreachable" | "postponed";

/**
 * Sends a keepalive to every connection whose last one is 8.5 minutes old, and removes those that are
 * gone. A peer that fails stops no other and is tried again next minute, as is what is left when time
 * runs short. Throws the first fault of reading the index, after the other shards were tried.
 */
export const sweep = (ports: SweepPorts) => {
  return (_event: unknown, context?: unknown): Promise<void> =>
    ports.telemetry.observe("sweep", async (line) => {
      const { requestId, remaining } = readContext(context);
      if (requestId !== undefined) line.add({ requestId });
      const counts: Record<Swept, number> = { kept: 0, gone: 0, unreachable: 0, postponed: 0 };
      const faults: unknown[] = [];
      const now = Math.floor(ports.now() / 1000);
      const limited = bulkhead(atOnce, Number.MAX_SAFE_INTEGER);
      const sweepShard = async (shard: number): Promise<void> => {
        for await (const page of ports.keepalives.due(shard, now)) {
          const swept = await Promise.all(
            page.map((due) =>
              limited.execute(() =>
                remaining() < peerTime ? ("postponed" as const) : keepAlive(ports, due, now, faults),
              ),
            ),
          );
          for (const outcome of swept) counts[outcome] += 1;
          if (remaining() < peerTime) return;
        }
      };
      const unread: unknown[] = [];
      // Another shard is first each minute, so that none is always the one for which time runs short.
      const first = Math.floor(now / 60);
      for (let number = 0; number < shards && remaining() >= peerTime; number += 1) {
        await sweepShard((first + number) % shards).catch((error: unknown) => unread.push(error));
      }
      line.add({ outcome: "swept", ...counts });
      if (remaining() < peerTime) line.add({ code: "deadline_reached" });
      if (faults.length > 0) line.fail(faults[0]);
      if (unread.length > 0) throw unread[0];
    });
};

async function keepAlive(
  { connections, keepalives, removal }: SweepPorts,
  due: DueKeepalive,
  now: number,
  faults: unknown[],
): Promise<Swept> {
  try {
    const posted = await connections.post(due.connectionId, keepaliveFrame);
    if (posted === "unavailable") return "unreachable";
    if (posted === "gone") {
      await removal.remove(due.member, due.connectionId);
      return "gone";
    }
    await keepalives.renew(due, now + keepaliveInterval);
    return "kept";
  } catch (error) {
    faults.push(error);
    return "unreachable";
  }
}

export const handler = onFirstCall(() => {
  const { PEERS_TABLE, CONNECTIONS_URL } = readEnvironment<Environment>({
    PEERS_TABLE: "required",
    CONNECTIONS_URL: "required",
  });
  const client = new DynamoDBClient(clientDefaults);
  const guarded = resilient("dynamodb");
  return sweep({
    keepalives: dynamoKeepalives(client, PEERS_TABLE, guarded),
    removal: dynamoPeerRemoval(client, PEERS_TABLE, guarded),
    connections: apiGatewayConnections(
      new ApiGatewayManagementApiClient({ ...clientDefaults, endpoint: CONNECTIONS_URL }),
      resilient("connections"),
    ),
    telemetry: telemetry("sweep"),
    now: Date.now,
  });
});
