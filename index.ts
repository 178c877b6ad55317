import { BillingApi } from "./components/billing-api.ts";
import { boundEveryRole } from "./components/bound-every-role.ts";
import { readConfiguration } from "./components/configuration.ts";
import { DurableQueue } from "./components/durable-queue.ts";
import { OperatorAlarms } from "./components/operator-alarms.ts";
import { OperatorDashboard } from "./components/operator-dashboard.ts";
import { OperatorQueries } from "./components/operator-queries.ts";
import { passTracesThrough } from "./components/pass-traces-through.ts";
import { SignalingApi } from "./components/signaling-api.ts";
import { TableBackups } from "./components/table-backups.ts";
import { TtlTable } from "./components/ttl-table.ts";

const configuration = readConfiguration();
const {
  oidc,
  freePlan,
  plans,
  stripe,
  access,
  corsOrigins,
  logRetentionDays,
  alarmTopicArn,
  backup,
  restores,
  turn,
  operatorArns,
} = configuration;

if (configuration.tracing === "PassThrough") passTracesThrough();
if (configuration.permissionsBoundaryArn) boundEveryRole(configuration.permissionsBoundaryArn);

/** Who is connected: one row a client id of a channel. The index tells the sweeper whose keepalive is due. */
const peers = new TtlTable("peers", {
  restore: restores.peers,
  partitionKey: { name: "channel", type: "S" },
  sortKey: { name: "clientId", type: "S" },
  ttlAttribute: "expiresAt",
  indexes: {
    keepalive: {
      partitionKey: { name: "shard", type: "N" },
      sortKey: { name: "keepaliveAt", type: "N" },
      projected: ["connectionId", "role", "announced", "connectedAt", "user", "aliveAt", "askedAt"],
    },
  },
});

/**
 * What one member of a channel tells another: whether the newest SDP is delivered, and what waits. One index
 * tells a member that comes what waits for it, the other tells the sweeper what has waited too long.
 */
const pairs = new TtlTable("pairs", {
  restore: restores.pairs,
  partitionKey: { name: "recipient", type: "S" },
  sortKey: { name: "sender", type: "S" },
  ttlAttribute: "expiresAt",
  localIndexes: { waiting: { sortKey: { name: "waitingUntil", type: "N" }, projected: ["waitingFrames"] } },
  indexes: {
    due: { partitionKey: { name: "shard", type: "N" }, sortKey: { name: "dueAt", type: "N" }, projected: [] },
  },
});

/** Who is subscribed to which topic of a channel, for clients that publish instead of addressing a peer. */
const topics = new TtlTable("topics", {
  restore: restores.topics,
  partitionKey: { name: "topic", type: "S" },
  sortKey: { name: "connectionId", type: "S" },
  ttlAttribute: "expiresAt",
});

/** Single-use proofs of the right to connect, by the hash of the proof. */
const proofs = new TtlTable("proofs", {
  restore: restores.proofs,
  partitionKey: { name: "proofHash", type: "S" },
  ttlAttribute: "expiresAt",
});

/** Which subject holds which name of a channel: its master, or one of its client ids. */
const claims = new TtlTable("claims", {
  restore: restores.claims,
  partitionKey: { name: "channel", type: "S" },
  sortKey: { name: "name", type: "S" },
  ttlAttribute: "expiresAt",
});

/** What is sold, and whose it is: there only where plans are configured. */
const sale = plans &&
  stripe && {
    plans,
    stripe,
    /** Who is creating a subscription, and what came of each idempotency key, for a day. */
    attempts: new TtlTable("attempts", {
      restore: restores.attempts,
      partitionKey: { name: "user", type: "S" },
      sortKey: { name: "name", type: "S" },
      ttlAttribute: "expiresAt",
    }),
    access,
    /**
     * What each user has bought, as Stripe says. One index finds the user of Stripe's customer, the other those
     * whose access ends by the clock.
     */
    customers: new TtlTable("customers", {
      restore: restores.customers,
      partitionKey: { name: "user", type: "S" },
      ttlAttribute: "expiresAt",
      indexes: {
        "stripe-customer": { partitionKey: { name: "stripeCustomerId", type: "S" }, projected: [] },
        review: {
          partitionKey: { name: "shard", type: "N" },
          sortKey: { name: "reviewAt", type: "N" },
          projected: ["stripeCustomerId"],
        },
      },
    }),
    /** Why each user's access is what it is: one row for each change of a subscription. */
    audits: new TtlTable("audits", {
      restore: restores.audits,
      partitionKey: { name: "user", type: "S" },
      sortKey: { name: "at", type: "S" },
      ttlAttribute: "expiresAt",
    }),
    /** What Stripe says has happened; in order for each of its customers. */
    events: new DurableQueue("billing-events", { fifo: true, visibilityTimeout: 180, maxReceiveCount: 8 }),
    /** The sockets that paid proofs opened, by user. */
    sockets: new TtlTable("sockets", {
      restore: restores.sockets,
      partitionKey: { name: "user", type: "S" },
      sortKey: { name: "connectionId", type: "S" },
      ttlAttribute: "expiresAt",
    }),
    /** Whose access may have ended; in order for each user. */
    revocations: new DurableQueue("revocations", { fifo: true, visibilityTimeout: 180, maxReceiveCount: 8 }),
  };

/** For which member something waits to be tried again, who came and who left; in order for each member. */
const deliveries = new DurableQueue("deliveries", { fifo: true, maxReceiveCount: 8 });

/** Browsers and devices connect here with a proof, and are relayed to each other. */
const signaling = new SignalingApi("signaling", {
  peers,
  pairs,
  topics,
  proofs,
  deliveries,
  sale,
  logRetentionDays,
  domain: configuration.signaling.domain,
});

/** Through which peers behind strict NATs meet, where the stack runs one. Else no awsx is loaded, nor its plugin. */
const relay =
  turn?.relay &&
  new (await import("./components/turn-relay.ts")).TurnRelay("relay", {
    ...turn.relay,
    secretArn: turn.secretArn,
    logRetentionDays,
  });

/** End users come here first, with a JWT of the team's OIDC issuer. */
const billing = new BillingApi("billing", {
  proofs,
  claims,
  signalingUrl: signaling.url,
  oidc,
  freePlan,
  sale,
  corsOrigins,
  logRetentionDays,
  relay: relay ?? (turn?.urls && { urls: turn.urls, secretArn: turn.secretArn }),
  guard: configuration.billing,
  domain: configuration.billing.domain,
});

const soldTables = sale && {
  attempts: sale.attempts,
  customers: sale.customers,
  audits: sale.audits,
  sockets: sale.sockets,
};
const tables = { peers, pairs, topics, proofs, claims, ...soldTables };

/** What outlives a table that is damaged or gone. */
const backups = new TableBackups("tables", { tables: Object.values(tables), ...backup });

// Whoever else has a policy that allows it reads no row: the functions do, and whom the configuration names.
for (const table of Object.values(tables)) table.denyOthers([backups.roleArn, ...operatorArns]);

const watched = {
  queues: [deliveries, ...(sale ? [sale.events, sale.revocations] : [])],
  webSocketApi: signaling.api,
  restApi: billing.api,
};

/** What tells a person that something needs one. */
new OperatorAlarms("alarms", {
  ...watched,
  topicArn: alarmTopicArn,
  isSelling: sale !== undefined,
  scheduled: [...signaling.scheduled, ...billing.scheduled],
  relay,
});

/** What happens, how fast, and what fails, on one page. */
new OperatorDashboard("operations", watched);

/** What people ask of the logs of all functions together, and of those of both APIs. */
new OperatorQueries("queries", {
  functions: [...signaling.functions, ...billing.functions],
  accessLogs: [signaling.api.accessLog, billing.api.accessLog].filter((log) => log !== undefined),
});

export const signalingUrl = signaling.url;
export const billingUrl = billing.url;

/** What a record of each custom domain must point to; of those that have one. */
export const domainTargets = {
  ...(signaling.api.domainTarget && { signaling: signaling.api.domainTarget }),
  ...(billing.api.domainTarget && { billing: billing.api.domainTarget }),
};

/** Where an operator's commands, those in operate/, find what they look after. */
export const operation = {
  queues: {
    deliveries: addressesOf(deliveries),
    ...(sale && { "billing-events": addressesOf(sale.events), revocations: addressesOf(sale.revocations) }),
  },
  tables: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.name])),
  ...(stripe && {
    stripe: {
      secretKeyArn: stripe.secretKeyArn,
      webhookSecretArns: stripe.webhookSecretArns,
      ...(stripe.apiUrl !== undefined && { apiUrl: stripe.apiUrl }),
    },
  }),
  ...(plans && {
    plans: Object.fromEntries(
      Object.entries(plans).map(([id, { name, priceId }]) => [id, { name, priceId }]),
    ),
  }),
  billingUrl,
};

function addressesOf({ url, deadLettersUrl }: DurableQueue) {
  return { url, deadLettersUrl };
}
