import type { Connections, Posted } from "../../../functions/signaling/connections.ts";
import { deliver } from "../../../functions/signaling/deliver.ts";
import type { ConnectedIdentity } from "../../../functions/signaling/identity.ts";
import type { Pair } from "../../../functions/signaling/negotiation.ts";
import { OpenGates } from "../../../functions/signaling/open-gates.ts";
import type { PairRow } from "../../../functions/signaling/pair-row.ts";
import type { PairChange } from "../../../functions/signaling/pair-update.ts";
import type { Pairs } from "../../../functions/signaling/pairs.ts";
import { peerConnection } from "../../../functions/signaling/peer-connection.ts";
import { memberOfKey } from "../../../functions/signaling/peers.ts";
import { relay } from "../../../functions/signaling/relay.ts";
import { SdpPace } from "../../../functions/signaling/sdp-pace.ts";
import { TokenBuckets } from "../../../functions/signaling/token-buckets.ts";
import type { WakeUps } from "../../../functions/signaling/wake-ups.ts";
import { recordedTelemetry } from "../recorded-telemetry.ts";
import { master, viewer } from "./identities.ts";
import { memoryPairs } from "./memory-pairs.ts";
import { memoryPeers } from "./memory-peers.ts";
import { memoryQueue } from "./memory-queue.ts";
import { messageEvent, unavailable } from "./relay-world.ts";

export const start = 1_800_000_000_000;

interface Received {
  readonly connectionId: string;
  readonly messageType: string;
  readonly messagePayload?: string;
  readonly frameId?: string;
  readonly [field: string]: unknown;
}

interface Options {
  /** Awaited before each step that others can see, and after each post. */
  readonly turn?: (what: string) => Promise<void>;
  readonly pairs?: Pairs;
  readonly wakeUps?: WakeUps;
  /** Whether the answer to a write of the pairs table is lost. */
  readonly answerLost?: () => boolean;
  /** Whether a relay's write of the pairs table fails for all its tries. */
  readonly writeFails?: () => boolean;
  /** Instead of `world.posting`. */
  readonly posting?: (connectionId: string, frameId: unknown) => Posting;
  /** Told which frames a write took out of a row. */
  readonly onTaken?: (frameIds: readonly string[]) => void;
  /** What happens while the worker pauses for so many milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<void>;
  /** Runs each invocation; rejects when it dies. */
  readonly invoke?: <Answer>(invocation: () => Promise<Answer>) => Promise<Answer>;
  /** What happens while a relay or the handler of connections waits for so many milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** What a post comes to; `unknown_arrived` is a lost answer of a frame that arrived. */
export type Posting = Posted | "unknown_arrived" | Error;

/** A channel: relays that share nothing but what AWS keeps, the handler of connections, the worker, the queue. */
export function orderWorld({
  turn = async () => {},
  pairs,
  wakeUps,
  posting,
  answerLost,
  writeFails = () => false,
  pause = () => turn("pause"),
  wait = async () => {},
  invoke = (invocation) => invocation(),
  onTaken = () => {},
}: Options = {}) {
  const memory = memoryPairs(turn, answerLost);
  const { peers, rows } = memoryPeers(turn);
  const world = {
    now: start,
    /** What posting to a connection comes to, each time or in turn; default `delivered`. */
    posting: new Map<string, Posting | Posting[]>(),
    /** What reached a connection, in order. */
    received: [] as Received[],
    calls: [] as string[],
  };
  const queue = memoryQueue(() => world.now, turn);
  const counting = <Port extends object>(port: Port): Port =>
    Object.fromEntries(
      Object.entries(port).map(([name, call]) => [
        name,
        (...values: unknown[]) => {
          world.calls.push(name);
          return call(...values);
        },
      ]),
    ) as Port;
  const connections: Connections = {
    post: async (connectionId, frame) => {
      await turn("post");
      const outcomes = world.posting.get(connectionId);
      const posted = posting
        ? posting(connectionId, JSON.parse(frame).frameId)
        : ((Array.isArray(outcomes) ? outcomes.shift() : outcomes) ?? "delivered");
      if (posted instanceof Error) throw posted;
      if (posted === "delivered" || posted === "unknown_arrived") {
        world.received.push({ connectionId, at: world.now, ...JSON.parse(frame) });
      }
      await turn("posted");
      return posted === "unknown_arrived" ? "unknown" : posted;
    },
  };
  const ports = {
    peers: counting(peers),
    members: counting(peers),
    removal: counting(peers),
    registry: counting(peers),
    connections: counting(connections),
    pairs: counting(pairs ?? noticingPairs(memory.pairs, onTaken)),
    wakeUps: counting(wakeUps ?? queue.wakeUps),
    now: () => world.now,
    wait,
    keepalives: { answered: async () => "answered" as const },
    aliveBuckets: new TokenBuckets(),
  };
  const recorded = recordedTelemetry("relay");
  const recordedWorker = recordedTelemetry("deliver");

  /** A function instance that has read nothing yet; `from` sends the frame. The answer's code. */
  const instance = (from: ConnectedIdentity = viewer, connectionId = "a1") => {
    const handle = relay({
      ...ports,
      pairs: {
        ...ports.pairs,
        write: async (...change) => {
          if (writeFails()) throw unavailable;
          return ports.pairs.write(...change);
        },
      },
      openGates: new OpenGates(),
      sdpPace: new SdpPace(),
      buckets: new TokenBuckets(),
      telemetry: recorded.telemetry,
    });
    return async (
      frame: object,
      messageId: string,
      sentAt: number,
      context: object = {},
    ): Promise<string> => {
      const event = messageEvent(
        from,
        { correlationId: messageId, ...frame },
        { connectionId, messageId, requestId: `r-${messageId}`, requestTimeEpoch: sentAt, ...context },
      );
      const { body } = await invoke(() => handle(event));
      return JSON.parse(body ?? "").statusResponse.code;
    };
  };
  const handleConnection = peerConnection({
    ...ports,
    pairs: {
      waitingFor: async (recipient, now) => {
        await turn("look for what waits");
        return memory.pairs.waitingFor(recipient, now);
      },
    },
    telemetry: recordedWorker.telemetry,
  });
  const connect = (who: ConnectedIdentity, connectionId: string, connectedAt = world.now) =>
    invoke(() => handleConnection(connectionEvent("CONNECT", who, connectionId, connectedAt)));
  const disconnect = (who: ConnectedIdentity, connectionId: string, connectedAt = world.now) =>
    invoke(() => handleConnection(connectionEvent("DISCONNECT", who, connectionId, connectedAt)));

  const worker = deliver({
    ...ports,
    receipts: queue.receipts,
    pause,
    maxReceiveCount: queue.maxReceiveCount,
    telemetry: recordedWorker.telemetry,
  });
  /** Gives the worker what can be received now, until nothing is left of it. */
  const workQueue = async (): Promise<void> => {
    while (await queue.work((event) => invoke(() => worker(event))));
  };
  /** One minute's sweep, as far as it concerns what has waited too long. */
  const sweep = async (): Promise<void> => {
    for (const { recipient, sender } of memory.due(world.now)) {
      const message = { v: 2, kind: "waiting", ...memberOfKey(recipient), sender } as const;
      // As the sweeper does: what fails is tried again next minute.
      await ports.wakeUps
        .send(message, `overdue ${sender} ${Math.floor(world.now / 60_000)}`)
        .catch(() => {});
    }
  };
  /** Lets time pass to `until`: the worker comes when something can be received, the sweeper each minute. */
  const passTime = async (until: number): Promise<void> => {
    await workQueue();
    for (;;) {
      const minute = (Math.floor(world.now / 60_000) + 1) * 60_000;
      const next = Math.min(minute, Math.max(queue.nextAt() ?? minute, world.now + 1));
      if (next > until) break;
      world.now = next;
      if (next === minute) await sweep();
      await workQueue();
    }
    world.now = until;
  };

  // Both are there from the beginning, the viewer for longer.
  present(rows, viewer, "a1", start - 3_600_000);
  present(rows, master, "m1", start - 60_000);
  return Object.assign(world, {
    ...{ instance, connect, disconnect, workQueue, passTime, queue, peers: rows },
    rowOf: memory.rowOf,
    writePair: (...[which, row, change]: [Pair, PairRow, PairChange]) =>
      memory.pairs.write(which, row, change, world.now),
    waiting: memory.waiting,
    worker,
    /** A member that is there, without its arrival. */
    present: (who: ConnectedIdentity, connectionId: string, connectedAt = world.now) =>
      present(rows, who, connectionId, connectedAt),
    absent: (who: ConnectedIdentity) => rows.delete(memberKeyOf(who)),
    lines: recorded.lines,
    workerLines: () => recordedWorker.lines().filter(({ event }) => event === "delivery"),
    /** The payloads that reached anyone, in order. */
    payloads: () => world.received.flatMap(({ messagePayload }) => messagePayload ?? []),
    /** What the viewer was told of frames that had been queued. */
    reports: () =>
      world.received
        .filter(({ messageType, connectionId }) => messageType === "DELIVERY_REPORT" && connectionId === "a1")
        .flatMap(({ reports }) => reports as { correlationId: string; code: string }[])
        .map(({ correlationId, code }) => [correlationId, code] as const),
  });
}

const noticingPairs = (pairs: Pairs, onTaken: (frameIds: readonly string[]) => void): Pairs => ({
  ...pairs,
  write: async (pair, row, change, now) => {
    const written = await pairs.write(pair, row, change, now);
    const left = new Set((change.waiting ?? row.waiting).map(({ frameId }) => frameId));
    const taken = row.waiting.map(({ frameId }) => frameId).filter((id) => !left.has(id));
    if (written.kind === "written") onTaken(taken);
    return written;
  },
});

/** The direction from the viewer to the master. */
export const pair = { recipient: "acme#lobby#MASTER", sender: "ada" };

const memberKeyOf = ({ tenant, channel, role, clientId }: ConnectedIdentity) =>
  `${tenant}#${channel}#${role === "MASTER" ? "MASTER" : clientId}`;

function present(
  rows: ReturnType<typeof memoryPeers>["rows"],
  who: ConnectedIdentity,
  connectionId: string,
  connectedAt: number,
): void {
  const { role, announced, instance } = who;
  rows.set(memberKeyOf(who), { connectionId, role, connectedAt, announced, instance });
}

const connectionEvent = (
  eventType: "CONNECT" | "DISCONNECT",
  { limits, announced, ...identity }: ConnectedIdentity,
  connectionId: string,
  connectedAt: number,
) => ({
  requestContext: {
    eventType,
    connectionId,
    connectedAt,
    requestId: `r-${connectionId}`,
    authorizer: { ...identity, limits: JSON.stringify(limits), announced: String(announced) },
  },
});
