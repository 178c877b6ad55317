import type { Exemption } from "./exemption.ts";

const open = { owner: "platform", expires: "2027-03-31" } as const;
const tableBackups = { component: "synapse-d:components:TableBackups" } as const;
const inlineFunction = { component: "synapse-d:components:InlineFunction" } as const;
const signalingApi = { component: "synapse-d:components:SignalingApi" } as const;
const billingRepair = { component: "synapse-d:components:BillingRepair" } as const;
const webSocketApi = { component: "synapse-d:components:WebSocketApi" } as const;
const turnRelay = { component: "synapse-d:components:TurnRelay" } as const;
const restApi = { component: "synapse-d:components:RestApi" } as const;

const unbounded =
  "A permissions boundary is the team's own: synapse-d:permissionsBoundaryArn sets it on every role.";
/** docs/decisions/0019-schedules-keep-no-events.md */
const empty =
  "An event of a rate says nothing that the next one does not; alarms tell of runs that fail or do not begin.";
const silent =
  "The account's role for API Gateway's execution logs is a manual step; access logs name each error's type.";

/** What this repository's own program does not satisfy yet. It is not part of the published package. */
export const exemptions: readonly Exemption[] = [
  { rule: "role-has-a-boundary", of: tableBackups, reason: unbounded, ...open },
  {
    rule: "backup-is-copied-away",
    of: tableBackups,
    reason: "A vault elsewhere is the team's own: synapse-d:backup.copyVaultArn names it.",
    ...open,
  },
  {
    rule: "vault-is-locked",
    of: tableBackups,
    reason: "What dev holds may be deleted; prod has synapse-d:backup.locked.",
    stacks: ["dev"],
    ...open,
  },
  {
    rule: "restore-is-tested",
    of: tableBackups,
    reason: "What dev holds need not come back; prod has synapse-d:backup.restoreTests.",
    stacks: ["dev"],
    ...open,
  },
  {
    rule: "update-names-its-attributes",
    of: { resource: "tables-backup-restore-tests" },
    reason: "A restore writes whole rows, of attributes that it cannot know; only into tables of the test.",
    stacks: ["prod"],
    ...open,
  },
  { rule: "role-has-a-boundary", of: inlineFunction, reason: unbounded, ...open },
  { rule: "role-has-a-boundary", of: signalingApi, reason: unbounded, ...open },
  {
    rule: "schedule-keeps-failed-events",
    of: signalingApi,
    reason: empty,
    ...open,
  },
  {
    rule: "function-keeps-failed-events",
    of: { resource: "PeerSweeper" },
    reason: empty,
    ...open,
  },
  // What synapse-d:turn.relay makes.
  { rule: "role-has-a-boundary", of: turnRelay, reason: unbounded, optional: true, ...open },
  { rule: "role-has-a-boundary", of: billingRepair, reason: unbounded, ...open },
  {
    rule: "schedule-keeps-failed-events",
    of: billingRepair,
    reason: empty,
    ...open,
  },
  {
    rule: "function-keeps-failed-events",
    of: { resource: "AccessReviewer" },
    reason: empty,
    ...open,
  },
  {
    rule: "function-keeps-failed-events",
    of: { resource: "StripeReconciler" },
    reason: empty,
    ...open,
  },
  {
    rule: "rest-method-is-authorized",
    of: restApi,
    reason: "The handler itself verifies the JWT, as REST APIs have no JWT authorizer; a webhook is signed.",
    ...open,
  },
  {
    rule: "rest-api-has-a-firewall",
    of: restApi,
    reason:
      "A web ACL is the team's own: synapse-d:billing.webAclArn associates it. Throttles bound each method.",
    ...open,
  },
  { rule: "api-logs-its-errors", of: restApi, reason: silent, ...open },
  { rule: "api-logs-its-errors", of: webSocketApi, reason: silent, ...open },
];
