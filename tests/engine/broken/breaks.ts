import * as aws from "../../../policies/aws.ts";
import type { RuleName } from "../../../policies/index.ts";

type Props = Readonly<Record<string, unknown>>;

/** What someone in a hurry writes into one resource of the program, and the rule that must stop it. */
export interface Break {
  readonly rule: RuleName;
  readonly type: string;
  readonly name: string;
  readonly change: (props: Props) => Props;
}

const without =
  (input: string) =>
  (props: Props): Props =>
    Object.fromEntries(Object.entries(props).filter(([name]) => name !== input));
const within =
  (input: string, change: Props) =>
  (props: Props): Props => ({ ...props, [input]: { ...(props[input] as Props), ...change } });
const setting =
  (change: Props) =>
  (props: Props): Props => ({ ...props, ...change });

const policyOf = (statement: Props) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const openTrust = policyOf({
  Effect: "Allow",
  Principal: { Service: "scheduler.amazonaws.com" },
  Action: "sts:AssumeRole",
});
const everyAction = policyOf({
  Effect: "Allow",
  Action: ["dynamodb:*"],
  Resource: ["arn:aws:dynamodb:us-east-1:111122223333:table/peers"],
});

const rows: readonly (readonly [RuleName, string, string, Break["change"]])[] = [
  ["queue-has-dead-letters", aws.queue, "deliveries", without("redrivePolicy")],
  ["queue-is-encrypted", aws.queue, "revocations", setting({ sqsManagedSseEnabled: false })],
  ["queue-outlasts-its-consumer", aws.queue, "billing-events", setting({ visibilityTimeoutSeconds: 30 })],
  [
    "dead-letters-outlive-their-source",
    aws.queue,
    "revocations-dead-letters",
    setting({ messageRetentionSeconds: 3_600 }),
  ],
  ["table-expires-rows", aws.table, "peers", without("ttl")],
  [
    "table-recovers-to-a-point-in-time",
    aws.table,
    "customers",
    within("pointInTimeRecovery", { enabled: false }),
  ],
  ["table-refuses-deletion", aws.table, "audits", setting({ deletionProtectionEnabled: false })],
  ["table-has-a-cost-ceiling", aws.table, "claims", without("onDemandThroughput")],
  ["logs-expire", aws.logGroup, "billing-access", without("retentionInDays")],
  ["function-states-its-limits", aws.lambdaFunction, "TopicRelay", without("timeout")],
  ["permission-names-its-source", aws.permission, "RelayServer-SDP_OFFER", without("sourceArn")],
  [
    "mapping-reports-partial-failures",
    aws.eventSourceMapping,
    "deliveries",
    without("functionResponseTypes"),
  ],
  [
    "schedule-bounds-its-retries",
    aws.schedule,
    "PeerSweeper",
    within("target", { retryPolicy: { maximumRetryAttempts: 185 } }),
  ],
  ["trust-names-its-source", aws.role, "PeerSweeper-schedule", setting({ assumeRolePolicy: openTrust })],
  ["role-names-its-actions", aws.rolePolicy, "RelayServer-get-peers", setting({ policy: everyAction })],
  ["websocket-authorizes-connect", aws.v2Route, "signaling-connect", setting({ authorizationType: "NONE" })],
  ["api-writes-access-logs", aws.v2Stage, "signaling", without("accessLogSettings")],
  ["rest-request-is-validated", aws.restMethod, "proofs-POST", without("requestValidatorId")],
  [
    "api-is-throttled",
    aws.restMethodSettings,
    "billing-portal-POST",
    within("settings", { throttlingRateLimit: 1_000_000 }),
  ],
  ["alarm-has-an-action", aws.alarm, "billing-5xx", without("alarmActions")],
  ["vault-is-locked", aws.vaultLock, "tables", setting({ minRetentionDays: 1 })],
];

export const breaks: readonly Break[] = rows.map(([rule, type, name, change]) => ({
  rule,
  type,
  name,
  change,
}));
