import { expect, test } from "@jest/globals";
import { apigatewayv2ApiMapping } from "../../../local/resources/apigatewayv2-api-mapping.ts";
import { apigatewayv2DomainName } from "../../../local/resources/apigatewayv2-domain-name.ts";
import { backupPlan } from "../../../local/resources/backup-plan.ts";
import { backupRestoreTestingPlan } from "../../../local/resources/backup-restore-testing-plan.ts";
import { backupRestoreTestingSelection } from "../../../local/resources/backup-restore-testing-selection.ts";
import { backupSelection } from "../../../local/resources/backup-selection.ts";
import { backupVault } from "../../../local/resources/backup-vault.ts";
import { backupVaultLockConfiguration } from "../../../local/resources/backup-vault-lock-configuration.ts";
import { cloudwatchLogDataProtectionPolicy } from "../../../local/resources/cloudwatch-log-data-protection-policy.ts";
import { route53Record } from "../../../local/resources/route53-record.ts";

const table = "arn:aws:dynamodb:us-east-1:000000000000:table/rows";
const role = "arn:aws:iam::000000000000:role/backup";
const rule = { ruleName: "daily", targetVaultName: "rows", schedule: "cron(0 3 * * ? *)" };
const address = "arn:aws:dataprotection::aws:data-identifier/EmailAddress";
const plan = { rules: [{ ...rule, lifecycle: { deleteAfter: 35 } }] };

test.each([
  [backupVault, {}, { arn: "arn:aws:backup:us-east-1:000000000000:backup-vault:rows" }],
  [backupPlan, plan, { name: "rows" }],
  [backupSelection, { planId: "plan", iamRoleArn: role, resources: [table] }, { name: "rows" }],
  [backupVaultLockConfiguration, { backupVaultName: "rows", minRetentionDays: 7 }, {}],
  [
    backupRestoreTestingPlan,
    {
      name: "rows",
      scheduleExpression: "cron(0 5 ? * SUN *)",
      recoveryPointSelection: {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: ["*"],
        recoveryPointTypes: ["SNAPSHOT"],
      },
    },
    {},
  ],
  [
    backupRestoreTestingSelection,
    {
      name: "rows",
      restoreTestingPlanName: "rows",
      protectedResourceType: "DynamoDB",
      protectedResourceArns: [table],
      iamRoleArn: role,
    },
    {},
  ],
  [
    apigatewayv2DomainName,
    {
      domainName: "api.example.com",
      domainNameConfiguration: {
        certificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/1a2b",
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
      },
    },
    { domainNameConfiguration: expect.objectContaining({ hostedZoneId: "ZLOCAL" }) },
  ],
  [
    cloudwatchLogDataProtectionPolicy,
    {
      logGroupName: "/rows",
      policyDocument: JSON.stringify({
        ...{ Name: "rows", Version: "2021-06-01" },
        Statement: [
          { DataIdentifier: [address], Operation: { Audit: { FindingsDestination: {} } } },
          { DataIdentifier: [address], Operation: { Deidentify: { MaskConfig: {} } } },
        ],
      }),
    },
    {},
  ],
  [apigatewayv2ApiMapping, { apiId: "a", domainName: "api.example.com", stage: "v1" }, {}],
  [
    route53Record,
    {
      ...{ zoneId: "Z1", name: "api.example.com", type: "A" },
      aliases: [{ name: "d.example.com", zoneId: "Z2", evaluateTargetHealth: false }],
    },
    { fqdn: "api.example.com" },
  ],
])("%p keeps what is declared until it is deleted", async (define, inputs, outputs) => {
  const handler = define();
  const created = await handler.create({ type: handler.type, name: "rows", inputs });
  expect((await handler.read(created))?.outputs).toMatchObject({ ...inputs, ...outputs });
  await handler.delete(created);
  expect(await handler.read(created)).toBeUndefined();
});

test("a plan changes in place and keeps its id and name", async () => {
  const handler = backupPlan();
  const created = await handler.create({ type: handler.type, name: "rows", inputs: plan });
  const longer = { rules: [{ ...rule, lifecycle: { deleteAfter: 90 } }] };
  const updated = await handler.update(created, { type: handler.type, name: "rows", inputs: longer });
  expect([updated.id, updated.outputs.name]).toEqual([created.id, "rows"]);
  expect((await handler.read(updated))?.outputs).toMatchObject(longer);
});

test("a name that AWS Backup does not take is refused", async () => {
  const handler = backupRestoreTestingPlan();
  const inputs = { name: "my-rows", scheduleExpression: "cron(0 5 ? * SUN *)" };
  await expect(handler.create({ type: handler.type, name: "rows", inputs })).rejects.toThrow(
    "expected letters, digits and underscores",
  );
});
