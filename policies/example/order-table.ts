import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { boundary } from "./small-function.ts";

export interface OrderTableArgs {
  readonly keyArn: pulumi.Input<string>;
  /** The vault of another Region that takes copies. */
  readonly vaultElsewhere: string;
}

/** The table of orders, closed to everyone but named roles, with backups that nobody can delete. */
export function orderTable({ keyArn, vaultElsewhere }: OrderTableArgs): aws.dynamodb.Table {
  const table = new aws.dynamodb.Table("orders", {
    billingMode: "PAY_PER_REQUEST",
    onDemandThroughput: { maxReadRequestUnits: 500, maxWriteRequestUnits: 500 },
    hashKey: "orderId",
    attributes: [{ name: "orderId", type: "S" }],
    ttl: { attributeName: "expiresAt", enabled: true },
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
    deletionProtectionEnabled: true,
    streamEnabled: true,
    streamViewType: "NEW_IMAGE",
    replicas: [{ regionName: "eu-central-1", pointInTimeRecovery: true }],
  });
  const account = aws.getCallerIdentityOutput().accountId;
  new aws.dynamodb.ResourcePolicy("orders", {
    resourceArn: table.arn,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"],
          Resource: table.arn,
          Condition: {
            ArnNotLike: { "aws:PrincipalArn": pulumi.interpolate`arn:aws:iam::${account}:role/*` },
          },
        },
      ],
    }),
  });
  backUp(table, keyArn, vaultElsewhere);
  return table;
}

function backUp(table: aws.dynamodb.Table, kmsKeyArn: pulumi.Input<string>, elsewhere: string): void {
  const account = aws.getCallerIdentityOutput().accountId;
  const role = new aws.iam.Role("backup", {
    permissionsBoundary: boundary(),
    assumeRolePolicy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "backup.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": account } },
        },
      ],
    }),
  });
  const vault = new aws.backup.Vault("orders", { kmsKeyArn });
  new aws.backup.VaultLockConfiguration("orders", { backupVaultName: vault.name, minRetentionDays: 7 });
  const plan = new aws.backup.Plan("orders", {
    rules: [
      {
        ruleName: "nightly",
        targetVaultName: vault.name,
        schedule: "cron(0 3 * * ? *)",
        lifecycle: { deleteAfter: 35 },
        copyActions: [{ destinationVaultArn: elsewhere }],
      },
    ],
  });
  new aws.backup.Selection("orders", { planId: plan.id, iamRoleArn: role.arn, resources: [table.arn] });
  const test = new aws.backup.RestoreTestingPlan("orders", {
    name: "orders",
    scheduleExpression: "cron(0 5 ? * SUN *)",
    recoveryPointSelection: {
      algorithm: "LATEST_WITHIN_WINDOW",
      includeVaults: [vault.arn],
      recoveryPointTypes: ["SNAPSHOT"],
    },
  });
  new aws.backup.RestoreTestingSelection("orders", {
    name: "orders",
    restoreTestingPlanName: test.name,
    protectedResourceType: "DynamoDB",
    protectedResourceArns: [table.arn],
    iamRoleArn: role.arn,
  });
}
