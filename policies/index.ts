import { accessLogIsJson } from "./rules/access-log-is-json.ts";
import { alarmHasAnAction } from "./rules/alarm-has-an-action.ts";
import { apiIsThrottled } from "./rules/api-is-throttled.ts";
import { apiLogsItsErrors } from "./rules/api-logs-its-errors.ts";
import { apiReportsItsMetrics } from "./rules/api-reports-its-metrics.ts";
import { apiTracesNoBodies } from "./rules/api-traces-no-bodies.ts";
import { apiWritesAccessLogs } from "./rules/api-writes-access-logs.ts";
import { authorizerIsWired } from "./rules/authorizer-is-wired.ts";
import { authorizerNamesItsIdentity } from "./rules/authorizer-names-its-identity.ts";
import { backupIsCopiedAway } from "./rules/backup-is-copied-away.ts";
import { backupIsKeptLongEnough } from "./rules/backup-is-kept-long-enough.ts";
import { connectionsGrantNamesOneStage } from "./rules/connections-grant-names-one-stage.ts";
import { containerHoldsNoSecrets } from "./rules/container-holds-no-secrets.ts";
import { containerImageIsPinned } from "./rules/container-image-is-pinned.ts";
import { containerIsConfined } from "./rules/container-is-confined.ts";
import { corsNamesItsOrigins } from "./rules/cors-names-its-origins.ts";
import { customDomainClosesTheDefaultEndpoint } from "./rules/custom-domain-closes-the-default-endpoint.ts";
import { dataHasACustomerKey } from "./rules/data-has-a-customer-key.ts";
import { deadLettersAdmitOnlyTheirSource } from "./rules/dead-letters-admit-only-their-source.ts";
import { deadLettersAreOfTheSameKind } from "./rules/dead-letters-are-of-the-same-kind.ts";
import { deadLettersOutliveTheirSource } from "./rules/dead-letters-outlive-their-source.ts";
import { deadLettersRaiseAnAlarm } from "./rules/dead-letters-raise-an-alarm.ts";
import { domainRequiresTls12 } from "./rules/domain-requires-tls-1-2.ts";
import { environmentHoldsNoSecrets } from "./rules/environment-holds-no-secrets.ts";
import { firewallHasRules } from "./rules/firewall-has-rules.ts";
import { firewallKnowsBadInputs } from "./rules/firewall-knows-bad-inputs.ts";
import { firewallWritesLogs } from "./rules/firewall-writes-logs.ts";
import { functionEndsBeforeItsApi } from "./rules/function-ends-before-its-api.ts";
import { functionHasADeadLetterQueue } from "./rules/function-has-a-dead-letter-queue.ts";
import { functionHasALogGroup } from "./rules/function-has-a-log-group.ts";
import { functionIsInAVpc } from "./rules/function-is-in-a-vpc.ts";
import { functionIsNotPublic } from "./rules/function-is-not-public.ts";
import { functionIsTraced } from "./rules/function-is-traced.ts";
import { functionKeepsFailedEvents } from "./rules/function-keeps-failed-events.ts";
import { functionPackageFitsItsBudget } from "./rules/function-package-fits-its-budget.ts";
import { functionReservesConcurrency } from "./rules/function-reserves-concurrency.ts";
import { functionRuntimeIsSupported } from "./rules/function-runtime-is-supported.ts";
import { functionStatesItsLimits } from "./rules/function-states-its-limits.ts";
import { functionUrlIsAuthorized } from "./rules/function-url-is-authorized.ts";
import { httpRouteIsAuthorized } from "./rules/http-route-is-authorized.ts";
import { keyRotates } from "./rules/key-rotates.ts";
import { logsAreForgottenInTime } from "./rules/logs-are-forgotten-in-time.ts";
import { logsAreKeptAYear } from "./rules/logs-are-kept-a-year.ts";
import { logsExpire } from "./rules/logs-expire.ts";
import { logsMaskPersonalData } from "./rules/logs-mask-personal-data.ts";
import { mappingBoundsItsConcurrency } from "./rules/mapping-bounds-its-concurrency.ts";
import { mappingReportsPartialFailures } from "./rules/mapping-reports-partial-failures.ts";
import { parameterIsEncrypted } from "./rules/parameter-is-encrypted.ts";
import { permissionNamesItsSource } from "./rules/permission-names-its-source.ts";
import { queueDeniesOtherAccounts } from "./rules/queue-denies-other-accounts.ts";
import { queueHasDeadLetters } from "./rules/queue-has-dead-letters.ts";
import { queueIsEncrypted } from "./rules/queue-is-encrypted.ts";
import { queueOutlastsItsConsumer } from "./rules/queue-outlasts-its-consumer.ts";
import { queueRaisesAnAlarmOnAge } from "./rules/queue-raises-an-alarm-on-age.ts";
import { queueRequiresTls } from "./rules/queue-requires-tls.ts";
import { queueRetriesWithinRange } from "./rules/queue-retries-within-range.ts";
import { resourcePolicyNamesItsActions } from "./rules/resource-policy-names-its-actions.ts";
import { resourcePolicyNamesItsPrincipals } from "./rules/resource-policy-names-its-principals.ts";
import { resourcePolicyNamesItsSource } from "./rules/resource-policy-names-its-source.ts";
import { restApiHasAFirewall } from "./rules/rest-api-has-a-firewall.ts";
import { restApiHasAResourcePolicy } from "./rules/rest-api-has-a-resource-policy.ts";
import { restApiIsRegional } from "./rules/rest-api-is-regional.ts";
import { restMethodIsAuthorized } from "./rules/rest-method-is-authorized.ts";
import { restRequestIsValidated } from "./rules/rest-request-is-validated.ts";
import { restStageCaches } from "./rules/rest-stage-caches.ts";
import { restStageIsTraced } from "./rules/rest-stage-is-traced.ts";
import { restoreIsTested } from "./rules/restore-is-tested.ts";
import { roleCannotChangePermissions } from "./rules/role-cannot-change-permissions.ts";
import { roleHasABoundary } from "./rules/role-has-a-boundary.ts";
import { roleHasNoInlinePolicy } from "./rules/role-has-no-inline-policy.ts";
import { roleHasNoManagedPolicy } from "./rules/role-has-no-managed-policy.ts";
import { roleNamesItsActions } from "./rules/role-names-its-actions.ts";
import { roleNamesItsResources } from "./rules/role-names-its-resources.ts";
import { rolePoliciesHaveOneOwner } from "./rules/role-policies-have-one-owner.ts";
import { roleServesOneFunction } from "./rules/role-serves-one-function.ts";
import { scheduleBoundsItsRetries } from "./rules/schedule-bounds-its-retries.ts";
import { scheduleKeepsFailedEvents } from "./rules/schedule-keeps-failed-events.ts";
import { scheduleNeverOverlapsItself } from "./rules/schedule-never-overlaps-itself.ts";
import { secretRotates } from "./rules/secret-rotates.ts";
import { securityGroupNamesItsPorts } from "./rules/security-group-names-its-ports.ts";
import { stackHasNoUsers } from "./rules/stack-has-no-users.ts";
import { streamGivesUpInTime } from "./rules/stream-gives-up-in-time.ts";
import { streamKeepsFailedRecords } from "./rules/stream-keeps-failed-records.ts";
import { subscriptionHasDeadLetters } from "./rules/subscription-has-dead-letters.ts";
import { tableCapacityFollowsLoad } from "./rules/table-capacity-follows-load.ts";
import { tableDeniesOtherPrincipals } from "./rules/table-denies-other-principals.ts";
import { tableExpiresRows } from "./rules/table-expires-rows.ts";
import { tableHasACostCeiling } from "./rules/table-has-a-cost-ceiling.ts";
import { tableIsBackedUp } from "./rules/table-is-backed-up.ts";
import { tableIsEncrypted } from "./rules/table-is-encrypted.ts";
import { tableRecoversToAPointInTime } from "./rules/table-recovers-to-a-point-in-time.ts";
import { tableRefusesDeletion } from "./rules/table-refuses-deletion.ts";
import { topicIsEncrypted } from "./rules/topic-is-encrypted.ts";
import { topicRequiresTls } from "./rules/topic-requires-tls.ts";
import { trustNamesItsPrincipal } from "./rules/trust-names-its-principal.ts";
import { trustNamesItsSource } from "./rules/trust-names-its-source.ts";
import { updateNamesItsAttributes } from "./rules/update-names-its-attributes.ts";
import { vaultIsLocked } from "./rules/vault-is-locked.ts";
import { webhookHasAnIdempotencyTable } from "./rules/webhook-has-an-idempotency-table.ts";
import { webhookIsNeverCached } from "./rules/webhook-is-never-cached.ts";
import { webhookKeepsItsRawBody } from "./rules/webhook-keeps-its-raw-body.ts";
import { websocketAuthorizesConnect } from "./rules/websocket-authorizes-connect.ts";

/** What no stack may do without an exemption. */
export const rules = [
  // Rows: they expire, survive mistakes, and are nobody else's.
  tableExpiresRows,
  tableRecoversToAPointInTime,
  tableIsBackedUp,
  tableRefusesDeletion,
  tableIsEncrypted,
  tableDeniesOtherPrincipals,
  tableCapacityFollowsLoad,
  tableHasACostCeiling,

  // Backups: they exist somewhere else, cannot be deleted, and were restored.
  backupIsKeptLongEnough,
  backupIsCopiedAway,
  vaultIsLocked,
  restoreIsTested,

  // Messages: none is lost silently, read on its way, or done twice.
  queueHasDeadLetters,
  queueRetriesWithinRange,
  queueOutlastsItsConsumer,
  queueIsEncrypted,
  queueRequiresTls,
  queueDeniesOtherAccounts,
  queueRaisesAnAlarmOnAge,
  deadLettersOutliveTheirSource,
  deadLettersAreOfTheSameKind,
  deadLettersAdmitOnlyTheirSource,
  deadLettersRaiseAnAlarm,
  topicRequiresTls,
  topicIsEncrypted,
  subscriptionHasDeadLetters,

  // Functions: bounded, supported, traceable, invoked by whom we name.
  functionRuntimeIsSupported,
  functionStatesItsLimits,
  functionPackageFitsItsBudget,
  functionEndsBeforeItsApi,
  functionHasALogGroup,
  functionIsTraced,
  functionIsNotPublic,
  functionUrlIsAuthorized,
  permissionNamesItsSource,
  environmentHoldsNoSecrets,

  // Failed work: whoever triggers a function decides what keeps its failures.
  functionKeepsFailedEvents,
  mappingReportsPartialFailures,
  mappingBoundsItsConcurrency,
  streamGivesUpInTime,
  streamKeepsFailedRecords,
  scheduleKeepsFailedEvents,
  scheduleBoundsItsRetries,
  scheduleNeverOverlapsItself,

  // APIs: they know who calls, bound how much, and say what happened.
  websocketAuthorizesConnect,
  httpRouteIsAuthorized,
  restMethodIsAuthorized,
  authorizerIsWired,
  authorizerNamesItsIdentity,
  restRequestIsValidated,
  restApiHasAFirewall,
  restApiHasAResourcePolicy,
  restApiIsRegional,
  restStageIsTraced,
  corsNamesItsOrigins,
  apiIsThrottled,
  apiWritesAccessLogs,
  accessLogIsJson,
  apiLogsItsErrors,
  apiReportsItsMetrics,
  apiTracesNoBodies,
  domainRequiresTls12,
  customDomainClosesTheDefaultEndpoint,

  // Webhooks: the exact bytes arrive, each event counts once.
  webhookKeepsItsRawBody,
  webhookIsNeverCached,
  webhookHasAnIdempotencyTable,

  // Firewalls: they have rules, and say whom they refused.
  firewallHasRules,
  firewallKnowsBadInputs,
  firewallWritesLogs,

  // Logs and alarms: they end in time, hide what is personal, and reach someone.
  logsExpire,
  logsAreForgottenInTime,
  logsMaskPersonalData,
  alarmHasAnAction,

  // Permissions: exact, for one function, out of reach for others.
  roleNamesItsActions,
  roleNamesItsResources,
  updateNamesItsAttributes,
  roleCannotChangePermissions,
  roleServesOneFunction,
  roleHasABoundary,
  roleHasNoManagedPolicy,
  rolePoliciesHaveOneOwner,
  connectionsGrantNamesOneStage,
  trustNamesItsPrincipal,
  trustNamesItsSource,
  resourcePolicyNamesItsPrincipals,
  resourcePolicyNamesItsActions,
  resourcePolicyNamesItsSource,
  stackHasNoUsers,

  // Containers and their networks: nothing to take over, no way in that nobody named.
  containerIsConfined,
  containerImageIsPinned,
  containerHoldsNoSecrets,
  securityGroupNamesItsPorts,

  // Secrets and keys: they rotate, and are not readable by the way.
  secretRotates,
  parameterIsEncrypted,
  keyRotates,

  // Wrong for a serverless program unless a team says otherwise. Off, each with its reason.
  dataHasACustomerKey,
  functionHasADeadLetterQueue,
  functionIsInAVpc,
  functionReservesConcurrency,
  logsAreKeptAYear,
  restStageCaches,
  roleHasNoInlinePolicy,
] as const;

export type RuleName = (typeof rules)[number]["name"];
