import type { Services } from "../services.ts";
import { apigatewayDeployment } from "./apigateway-deployment.ts";
import { apigatewayIntegration } from "./apigateway-integration.ts";
import { apigatewayIntegrationResponse } from "./apigateway-integration-response.ts";
import { apigatewayMethod } from "./apigateway-method.ts";
import { apigatewayMethodResponse } from "./apigateway-method-response.ts";
import { apigatewayMethodSettings } from "./apigateway-method-settings.ts";
import { apigatewayModel } from "./apigateway-model.ts";
import { apigatewayRequestValidator } from "./apigateway-request-validator.ts";
import { apigatewayResource } from "./apigateway-resource.ts";
import { apigatewayResponse } from "./apigateway-response.ts";
import { apigatewayRestApi } from "./apigateway-rest-api.ts";
import { apigatewayRestApiPolicy } from "./apigateway-rest-api-policy.ts";
import { apigatewayStage } from "./apigateway-stage.ts";
import { apigatewayv2Api } from "./apigatewayv2-api.ts";
import { apigatewayv2ApiMapping } from "./apigatewayv2-api-mapping.ts";
import { apigatewayv2Authorizer } from "./apigatewayv2-authorizer.ts";
import { apigatewayv2Deployment } from "./apigatewayv2-deployment.ts";
import { apigatewayv2DomainName } from "./apigatewayv2-domain-name.ts";
import { apigatewayv2Integration } from "./apigatewayv2-integration.ts";
import { apigatewayv2Route } from "./apigatewayv2-route.ts";
import { apigatewayv2RouteResponse } from "./apigatewayv2-route-response.ts";
import { apigatewayv2Stage } from "./apigatewayv2-stage.ts";
import { backupPlan } from "./backup-plan.ts";
import { backupRestoreTestingPlan } from "./backup-restore-testing-plan.ts";
import { backupRestoreTestingSelection } from "./backup-restore-testing-selection.ts";
import { backupSelection } from "./backup-selection.ts";
import { backupVault } from "./backup-vault.ts";
import { backupVaultLockConfiguration } from "./backup-vault-lock-configuration.ts";
import { cloudwatchDashboard } from "./cloudwatch-dashboard.ts";
import { cloudwatchLogDataProtectionPolicy } from "./cloudwatch-log-data-protection-policy.ts";
import { cloudwatchLogGroup } from "./cloudwatch-log-group.ts";
import { cloudwatchMetricAlarm } from "./cloudwatch-metric-alarm.ts";
import { cloudwatchQueryDefinition } from "./cloudwatch-query-definition.ts";
import { dynamodbResourcePolicy } from "./dynamodb-resource-policy.ts";
import { dynamodbTable } from "./dynamodb-table.ts";
import { iamRole } from "./iam-role.ts";
import { iamRolePolicy } from "./iam-role-policy.ts";
import { lambdaEventSourceMapping } from "./lambda-event-source-mapping.ts";
import { lambdaFunction } from "./lambda-function.ts";
import { lambdaPermission } from "./lambda-permission.ts";
import type { ResourceHandler, ResourceRequest } from "./resource-handler.ts";
import { route53Record } from "./route53-record.ts";
import { schedulerSchedule } from "./scheduler-schedule.ts";
import { sqsQueue } from "./sqs-queue.ts";
import { sqsQueuePolicy } from "./sqs-queue-policy.ts";
import { sqsRedriveAllowPolicy } from "./sqs-redrive-allow-policy.ts";
import { wafv2WebAclAssociation } from "./wafv2-web-acl-association.ts";

const definitions: readonly ((services: Services) => ResourceHandler)[] = [
  apigatewayDeployment,
  apigatewayIntegration,
  apigatewayIntegrationResponse,
  apigatewayMethod,
  apigatewayMethodResponse,
  apigatewayMethodSettings,
  apigatewayModel,
  apigatewayRequestValidator,
  apigatewayResource,
  apigatewayResponse,
  apigatewayRestApi,
  apigatewayRestApiPolicy,
  apigatewayStage,
  apigatewayv2Api,
  apigatewayv2ApiMapping,
  apigatewayv2Authorizer,
  apigatewayv2Deployment,
  apigatewayv2DomainName,
  apigatewayv2Integration,
  apigatewayv2Route,
  apigatewayv2RouteResponse,
  apigatewayv2Stage,
  backupPlan,
  backupRestoreTestingPlan,
  backupRestoreTestingSelection,
  backupSelection,
  backupVault,
  backupVaultLockConfiguration,
  cloudwatchDashboard,
  cloudwatchLogDataProtectionPolicy,
  cloudwatchLogGroup,
  cloudwatchMetricAlarm,
  cloudwatchQueryDefinition,
  dynamodbResourcePolicy,
  dynamodbTable,
  iamRole,
  iamRolePolicy,
  lambdaEventSourceMapping,
  lambdaFunction,
  lambdaPermission,
  route53Record,
  schedulerSchedule,
  sqsQueue,
  sqsQueuePolicy,
  sqsRedriveAllowPolicy,
  wafv2WebAclAssociation,
];

/** The handler of each resource type, by type. */
export type ResourceHandlers = ReadonlyMap<string, ResourceHandler>;

export function resourceHandlers(services: Services): ResourceHandlers {
  return new Map(definitions.map((define) => define(services)).map((handler) => [handler.type, handler]));
}

/** The handler of a resource's type. Throws an error that names the resource when there is none. */
export function handlerOf(
  handlers: ResourceHandlers,
  { type, name }: Pick<ResourceRequest, "type" | "name">,
): ResourceHandler {
  const handler = handlers.get(type);
  if (handler) return handler;
  throw new Error(`${type} "${name}": the local cloud has no handler for this resource type.`);
}
