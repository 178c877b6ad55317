import * as backup from "@pulumi/aws/backup/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { accountOf, allow, assumableBy, type Statement } from "./policy-document.ts";
import type { TtlTable } from "./ttl-table.ts";

export interface TableBackupsArgs {
  /** At least one. */
  readonly tables: readonly TtlTable[];
  /** Days that each backup is kept, at least 7. */
  readonly retentionDays: number;
  /** Whether the vault takes a lock, so that nobody without a right of their own deletes a backup early. */
  readonly locked: boolean;
  /** Whether a backup of each table is restored every week, looked at, and thrown away. */
  readonly restoreTests: boolean;
  /** A vault of another Region or account that takes a copy of each backup. */
  readonly copyVaultArn?: string | undefined;
}

/** A backup plan for tables: daily, into a vault of its own. The role may back up, and restore into test tables only. */
export class TableBackups extends pulumi.ComponentResource {
  readonly vault: backup.Vault;
  /** The role with which AWS Backup works. */
  readonly roleArn: pulumi.Output<string>;
  readonly #name: string;
  readonly #role: iam.Role;

  constructor(name: string, args: TableBackupsArgs, options?: pulumi.ComponentResourceOptions) {
    super("synapse-d:components:TableBackups", name, {}, options);
    const parent = { parent: this };
    const arns = args.tables.map(({ table }) => table.arn);
    const [first] = args.tables;
    if (!first) throw new Error("TableBackups: expected at least one table");
    const account = accountOf(first.table.arn);
    this.#name = name;
    this.vault = new backup.Vault(name, {}, parent);
    this.#role = new iam.Role(
      `${name}-backup`,
      {
        assumeRolePolicy: assumableBy("backup.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": account },
        }),
      },
      parent,
    );
    this.roleArn = this.#role.arn;
    const grants = this.#grantBackup(arns, args.copyVaultArn);
    const plan = new backup.Plan(
      name,
      {
        rules: [
          {
            ruleName: "daily",
            targetVaultName: this.vault.name,
            schedule: "cron(0 3 * * ? *)",
            lifecycle: { deleteAfter: args.retentionDays },
            ...(args.copyVaultArn !== undefined && {
              copyActions: [
                {
                  destinationVaultArn: args.copyVaultArn,
                  lifecycle: { deleteAfter: args.retentionDays },
                },
              ],
            }),
          },
        ],
      },
      parent,
    );
    new backup.Selection(
      name,
      { planId: plan.id, iamRoleArn: this.#role.arn, resources: arns },
      { ...parent, dependsOn: grants },
    );
    if (args.locked) {
      // Without changeableForDays it is a lock in governance mode: a principal with the right to may still take it away.
      new backup.VaultLockConfiguration(
        name,
        { backupVaultName: this.vault.name, minRetentionDays: 7 },
        parent,
      );
    }
    if (args.restoreTests) this.#testRestores(arns);
    this.registerOutputs({});
  }

  /**
   * What AWSBackupServiceRolePolicyForBackup allows for DynamoDB, on these tables
   * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html).
   */
  #grantBackup(arns: readonly pulumi.Output<string>[], copyVaultArn: string | undefined): iam.RolePolicy[] {
    return [
      this.#grant("tables", {
        actions: [
          "dynamodb:DescribeTable",
          "dynamodb:CreateBackup",
          "dynamodb:StartAwsBackupJob",
          "dynamodb:ListTagsOfResource",
        ],
        resources: arns,
      }),
      this.#grant("backups", {
        actions: ["dynamodb:DescribeBackup", "dynamodb:DeleteBackup"],
        resources: backupsOf(arns),
      }),
      this.#grant("vault", {
        actions: ["backup:DescribeBackupVault", "backup:CopyIntoBackupVault"],
        resources: [this.vault.arn, ...(copyVaultArn === undefined ? [] : [copyVaultArn])],
      }),
      ...(copyVaultArn === undefined
        ? []
        : [this.#grant("copy", { actions: ["backup:CopyFromBackupVault"], resources: [this.vault.arn] })]),
    ];
  }

  /**
   * Every Sunday. AWS Backup names the tables itself and deletes them
   * (https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html). The actions are
   * those of AWSBackupServiceRolePolicyForRestores
   * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForRestores.html).
   */
  #testRestores(arns: readonly pulumi.Output<string>[]): void {
    const parent = { parent: this };
    const testTables = arns
      .slice(0, 1)
      .map((arn) => arn.apply((value) => value.replace(/table\/.*$/, "table/awsbackup-restore-test-*")));
    const grants = [
      this.#grant("restore-tests", {
        actions: [
          "dynamodb:RestoreTableFromAwsBackup",
          "dynamodb:DescribeTable",
          "dynamodb:Scan",
          "dynamodb:Query",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:UpdateItem",
          "dynamodb:DeleteItem",
          "dynamodb:BatchWriteItem",
        ],
        resources: testTables,
      }),
      this.#grant("restore", {
        actions: ["dynamodb:RestoreTableFromBackup"],
        resources: backupsOf(arns),
      }),
    ];
    const name = `${pulumi.getProject()}_${pulumi.getStack()}`.replaceAll(/\W/g, "_");
    const plan = new backup.RestoreTestingPlan(
      this.#name,
      {
        name,
        scheduleExpression: "cron(0 5 ? * SUN *)",
        recoveryPointSelection: {
          algorithm: "LATEST_WITHIN_WINDOW",
          includeVaults: [this.vault.arn],
          recoveryPointTypes: ["SNAPSHOT"],
        },
      },
      parent,
    );
    new backup.RestoreTestingSelection(
      this.#name,
      {
        name: "tables",
        restoreTestingPlanName: plan.name,
        protectedResourceType: "DynamoDB",
        protectedResourceArns: [...arns],
        iamRoleArn: this.#role.arn,
      },
      { ...parent, dependsOn: grants },
    );
  }

  #grant(grantName: string, statement: Statement): iam.RolePolicy {
    return new iam.RolePolicy(
      `${this.#name}-backup-${grantName}`,
      { role: this.#role.name, policy: allow(statement) },
      { parent: this },
    );
  }
}

const backupsOf = (arns: readonly pulumi.Output<string>[]) =>
  arns.map((arn) => pulumi.interpolate`${arn}/backup/*`);
