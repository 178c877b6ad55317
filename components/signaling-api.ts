import * as pulumi from "@pulumi/pulumi";
import type { PlansConfiguration } from "./configuration.ts";
import type { Domain } from "./custom-domain.ts";
import type { DurableQueue } from "./durable-queue.ts";
import { InlineFunction } from "./inline-function.ts";
import { runEvery, type ScheduledFunction } from "./run-every.ts";
import type { TtlTable } from "./ttl-table.ts";
import { type Throttle, WebSocketApi } from "./websocket-api.ts";

export interface SignalingApiArgs {
  /** Who is connected, by channel and client id. */
  readonly peers: TtlTable;
  /** What one member tells another, by recipient and sender: the newest negotiation, and what waits. */
  readonly pairs: TtlTable;
  /** Who gets what is published, by topic and connection. */
  readonly topics: TtlTable;
  /** Proofs of the right to connect, by hash. */
  readonly proofs: TtlTable;
  /** FIFO: for which member something waits, who came and who left. */
  readonly deliveries: DurableQueue;
  /** What is sold, whose it is, and whose access may have ended. Without it no connection ends with a subscription. */
  readonly sale?: Sale | undefined;
  readonly logRetentionDays: number;
  /** Frames of each route. Default 2,000 a second, burst 1,000. */
  readonly throttle?: Throttle;
  /** The API's name instead of the one that API Gateway gives it. */
  readonly domain?: Domain | undefined;
}

interface Sale {
  readonly plans: PlansConfiguration;
  /** What each user has bought. */
  readonly customers: TtlTable;
  /** The sockets of those who pay, by user. */
  readonly sockets: TtlTable;
  /** FIFO: whose access may have ended. */
  readonly revocations: DurableQueue;
}

/** WebRTC signaling over WebSockets: admission, relay, delayed delivery, keepalive. */
export class SignalingApi extends pulumi.ComponentResource {
  /** Where clients connect: `wss://…`. A client adds `?proof=…`. */
  readonly url: pulumi.Output<string>;
  readonly api: WebSocketApi;
  readonly functions: readonly InlineFunction[];
  /** What a schedule runs. */
  readonly scheduled: readonly ScheduledFunction[];

  constructor(name: string, args: SignalingApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:SignalingApi", name, {}, options);
    const parent = { parent: this };
    const { peers, pairs, topics, proofs, deliveries, sale, logRetentionDays } = args;
    const api = new WebSocketApi(name, args.domain, parent);
    this.api = api;
    const posting = { PEERS_TABLE: peers.name, CONNECTIONS_URL: api.connectionsUrl };
    const leaving = { PAIRS_TABLE: pairs.name, DELIVERIES_QUEUE_URL: deliveries.url };
    const relaying = { ...posting, ...leaving };
    const sold = {
      CUSTOMERS_TABLE: sale?.customers.name ?? "",
      PLANS: sale ? JSON.stringify(sale.plans) : "",
    };
    const pairRow = ["recipient", "sender", "state", "version", "v", "expiresAt"];
    const whatWaits = ["waiting", "waitingFrames", "waitingUntil", "shard", "dueAt"];
    const pairAttributes = [...pairRow, ...whatWaits];

    const authorizer = new InlineFunction(
      "SignalingAuthorizer",
      {
        module: "signaling/authorize",
        environment: { PROOFS_TABLE: proofs.name },
        timeout: 5,
        logRetentionDays,
      },
      parent,
    );
    proofs.grantUpdate(authorizer, ["proofHash", "usedBy", "expiresAt", "clientId"]);

    const connections = new InlineFunction(
      "PeerConnectionHandler",
      {
        module: "signaling/peer-connection",
        environment: {
          PEERS_TABLE: peers.name,
          ...leaving,
          ...sold,
          SOCKETS_TABLE: sale?.sockets.name ?? "",
        },
        timeout: 8,
        logRetentionDays,
      },
      parent,
    );
    peers.grantPut(connections);
    peers.grantUpdate(connections, ["channel", "clientId", "connectionId", "aliveAt"]);
    peers.grantDelete(connections);
    peers.grantQuery(connections);
    pairs.grantQuery(connections, "waiting");
    deliveries.grantSend(connections);
    sale?.customers.grantRead(connections);
    sale?.sockets.grantPut(connections);
    sale?.sockets.grantDelete(connections);

    const relay = new InlineFunction(
      "RelayServer",
      {
        module: "signaling/relay",
        environment: { ...relaying, ...sold },
        memorySize: 512,
        logRetentionDays,
      },
      parent,
    );
    peers.grantRead(relay);
    pairs.grantRead(relay);
    // Only who posts an SDP opens its gate.
    pairs.grantUpdate(relay, [...pairAttributes, "leasedFrames"]);
    pairs.grantQuery(relay, "waiting");
    deliveries.grantSend(relay);
    api.grantPost(relay);
    sale?.customers.grantRead(relay);

    const topicRelay = new InlineFunction(
      "TopicRelay",
      {
        module: "signaling/topics",
        environment: { TOPICS_TABLE: topics.name, CONNECTIONS_URL: api.connectionsUrl, ...sold },
        timeout: 25,
        logRetentionDays,
      },
      parent,
    );
    topics.grantRead(topicRelay);
    topics.grantUpdate(topicRelay, [
      ...["topic", "connectionId", "places", "since", "turns", "nextTurn", "expiresAt", "v"],
    ]);
    api.grantPost(topicRelay);
    sale?.customers.grantRead(topicRelay);

    const delivery = new InlineFunction(
      "DeliveryWorker",
      {
        module: "signaling/deliver",
        environment: { ...relaying, MAX_RECEIVE_COUNT: String(deliveries.maxReceiveCount) },
        logRetentionDays,
      },
      parent,
    );
    peers.grantRead(delivery);
    peers.grantQuery(delivery);
    peers.grantDelete(delivery);
    pairs.grantRead(delivery);
    pairs.grantUpdate(delivery, pairAttributes);
    pairs.grantQuery(delivery, "waiting");
    deliveries.grantSend(delivery);
    api.grantPost(delivery);
    deliveries.consumeWith(delivery);

    const sweeper = new InlineFunction(
      "PeerSweeper",
      {
        module: "signaling/sweep",
        environment: {
          PROOFS_TABLE: proofs.name,
          ...relaying,
          ...sold,
          REVOCATIONS_QUEUE_URL: sale?.revocations.url ?? "",
        },
        timeout: 50,
        logRetentionDays,
      },
      parent,
    );
    pairs.grantQuery(sweeper, "due");
    deliveries.grantSend(sweeper);
    peers.grantQuery(sweeper, "keepalive");
    peers.grantUpdate(sweeper, ["channel", "clientId", "connectionId", "keepaliveAt", "askedAt"]);
    peers.grantDelete(sweeper);
    proofs.grantScan(sweeper);
    proofs.grantDelete(sweeper);
    api.grantPost(sweeper);
    api.grantClose(sweeper);
    sale?.customers.grantRead(sweeper);
    sale?.revocations.grantSend(sweeper);
    this.scheduled = [runEvery(1, "PeerSweeper", sweeper, this)];

    const functions: InlineFunction[] = [authorizer, connections, relay, topicRelay, delivery, sweeper];
    if (sale) {
      const revoker = new InlineFunction(
        "RevocationWorker",
        {
          module: "signaling/revoke",
          environment: {
            ...posting,
            ...sold,
            SOCKETS_TABLE: sale.sockets.name,
            DELIVERIES_QUEUE_URL: deliveries.url,
            REVOCATIONS_QUEUE_URL: sale.revocations.url,
          },
          timeout: 30,
          logRetentionDays,
        },
        parent,
      );
      sale.customers.grantRead(revoker);
      sale.sockets.grantQuery(revoker);
      sale.sockets.grantDelete(revoker);
      peers.grantRead(revoker);
      peers.grantDelete(revoker);
      api.grantPost(revoker);
      api.grantClose(revoker);
      deliveries.grantSend(revoker);
      sale.revocations.consumeWith(revoker);
      functions.push(revoker);
    }

    api.deploy({
      authorizer,
      identityParameter: "proof",
      routes: {
        $connect: { handler: connections },
        $disconnect: { handler: connections },
        ALIVE: { handler: connections },
        SDP_OFFER: { handler: relay, answers: true },
        SDP_ANSWER: { handler: relay, answers: true },
        ICE_CANDIDATE: { handler: relay, answers: true },
        ACK: { handler: relay, answers: true },
        $default: { handler: topicRelay, answers: true },
      },
      throttle: args.throttle ?? { rate: 2_000, burst: 1_000 },
      logRetentionDays,
    });
    this.url = api.url;
    this.functions = functions;
    this.registerOutputs({ url: this.url });
  }
}
