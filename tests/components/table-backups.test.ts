import { beforeAll, describe, expect, test } from "@jest/globals";
import { TableBackups, type TableBackupsArgs } from "../../components/table-backups.ts";
import { TtlTable } from "../../components/ttl-table.ts";
import { grants, inventory, only, type Recorded, recordedProgram } from "./recorded-program.ts";

const table = (name: string) => `arn:aws:dynamodb:us-east-1:111122223333:${name}`;
const vault = "arn:aws:backup:us-east-1:111122223333:rows";
const elsewhere = "arn:aws:backup:eu-west-1:999988887777:backup-vault:copies";
const allow = (Action: string[], Resource: string[]) => [{ Effect: "Allow", Action, Resource }];

function declared(args: Partial<TableBackupsArgs>): Promise<Recorded[]> {
  const key = { partitionKey: { name: "id", type: "S" }, ttlAttribute: "expiresAt" } as const;
  return recordedProgram(() => {
    const tables = [new TtlTable("orders", key), new TtlTable("carts", key)] as const;
    new TableBackups("rows", { tables, retentionDays: 35, locked: false, restoreTests: false, ...args });
  }, "prod");
}

describe("backups of tables", () => {
  let recorded: Recorded[];
  beforeAll(async () => {
    recorded = await declared({});
  });

  test("are made each night and kept as long as is said", () => {
    expect(only(recorded, "aws:backup/plan:Plan", "rows")).toEqual({
      rules: [
        {
          ruleName: "daily",
          targetVaultName: "rows",
          schedule: "cron(0 3 * * ? *)",
          lifecycle: { deleteAfter: 35 },
        },
      ],
    });
  });

  test("are of every table", () => {
    expect(only(recorded, "aws:backup/selection:Selection", "rows").resources).toEqual([
      table("orders"),
      table("carts"),
    ]);
  });

  test("are made by a role that can back these tables up, and no more", () => {
    expect(grants(recorded, "rows-backup")).toEqual({
      "rows-backup-tables": allow(
        [
          "dynamodb:DescribeTable",
          "dynamodb:CreateBackup",
          "dynamodb:StartAwsBackupJob",
          "dynamodb:ListTagsOfResource",
        ],
        [table("orders"), table("carts")],
      ),
      "rows-backup-backups": allow(
        ["dynamodb:DescribeBackup", "dynamodb:DeleteBackup"],
        [`${table("orders")}/backup/*`, `${table("carts")}/backup/*`],
      ),
      "rows-backup-vault": allow(["backup:DescribeBackupVault", "backup:CopyIntoBackupVault"], [vault]),
    });
  });

  test("trust AWS Backup of the own account only", () => {
    const { assumeRolePolicy } = only(recorded, "aws:iam/role:Role", "rows-backup");
    expect(JSON.parse(String(assumeRolePolicy)).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "backup.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
      },
    ]);
  });

  test("have neither lock nor test where none is asked for", () => {
    expect(inventory(recorded).filter((each) => /Lock|Restore/.test(each))).toEqual([]);
  });
});

test("a lock lets nobody delete a backup within a week, and can be lifted by who may", async () => {
  const recorded = await declared({ locked: true });
  expect(only(recorded, "aws:backup/vaultLockConfiguration:VaultLockConfiguration", "rows")).toEqual({
    backupVaultName: "rows",
    minRetentionDays: 7,
  });
});

test("a restore of each table is tested every Sunday, into tables that only the test has", async () => {
  const recorded = await declared({ restoreTests: true });
  expect(only(recorded, "aws:backup/restoreTestingPlan:RestoreTestingPlan", "rows")).toEqual({
    name: "synapse_d_prod",
    scheduleExpression: "cron(0 5 ? * SUN *)",
    recoveryPointSelection: {
      algorithm: "LATEST_WITHIN_WINDOW",
      includeVaults: [vault],
      recoveryPointTypes: ["SNAPSHOT"],
    },
  });
  const selection = only(recorded, "aws:backup/restoreTestingSelection:RestoreTestingSelection", "rows");
  expect(selection.protectedResourceArns).toEqual([table("orders"), table("carts")]);
  expect(Object.keys(grants(recorded, "rows-backup")).sort()).toEqual([
    "rows-backup-backups",
    "rows-backup-restore",
    "rows-backup-restore-tests",
    "rows-backup-tables",
    "rows-backup-vault",
  ]);
});

test("a vault elsewhere gets a copy of each, kept as long", async () => {
  const recorded = await declared({ copyVaultArn: elsewhere });
  expect(only(recorded, "aws:backup/plan:Plan", "rows").rules).toMatchObject([
    { copyActions: [{ destinationVaultArn: elsewhere, lifecycle: { deleteAfter: 35 } }] },
  ]);
  expect(grants(recorded, "rows-backup")).toMatchObject({
    "rows-backup-vault": allow(
      ["backup:DescribeBackupVault", "backup:CopyIntoBackupVault"],
      [vault, elsewhere],
    ),
    "rows-backup-copy": allow(["backup:CopyFromBackupVault"], [vault]),
  });
});

test("a table may be made from another as it was at a time", async () => {
  const recorded = await recordedProgram(() => {
    new TtlTable("orders", {
      partitionKey: { name: "id", type: "S" },
      ttlAttribute: "expiresAt",
      restore: { from: "orders-1a2b3c4", at: "2026-11-25T10:15:00Z" },
    });
  });
  expect(only(recorded, "aws:dynamodb/table:Table", "orders")).toMatchObject({
    restoreSourceName: "orders-1a2b3c4",
    restoreDateTime: "2026-11-25T10:15:00Z",
  });
});
