import { backupVault, lambdaFunction, logGroup, queue, schedule, secret, table } from "../aws.ts";
import { resourceRule } from "../rule.ts";

const keyInputs: Readonly<Record<string, string>> = {
  [table]: "serverSideEncryption.kmsKeyArn",
  [queue]: "kmsMasterKeyId",
  [logGroup]: "kmsKeyId",
  [lambdaFunction]: "kmsKeyArn",
  [secret]: "kmsKeyId",
  [schedule]: "kmsKeyArn",
  [backupVault]: "kmsKeyArn",
};

export const dataHasACustomerKey = resourceRule({
  name: "data-has-a-customer-key",
  holds:
    "Tables, queues, log groups, environments, secrets, schedules and vaults are encrypted with a key of yours.",
  why: "Its policy is a second lock, and disabling it makes all data unreadable at once.",
  elsewhere: [
    "CKV_AWS_119",
    "CKV_AWS_271",
    "CKV2_AWS_73",
    "CKV_AWS_158",
    "CKV_AWS_173",
    "CKV_AWS_149",
    "CKV_AWS_297",
    "CKV_AWS_166",
    "HIPAA.Security-CloudWatchLogGroupEncrypted",
    "NIST.800.53.R4-CloudWatchLogGroupEncrypted",
    "NIST.800.53.R5-CloudWatchLogGroupEncrypted",
    "PCI.DSS.321-CloudWatchLogGroupEncrypted",
    "HIPAA.Security-SecretsManagerUsingKMSKey",
    "NIST.800.53.R5-SecretsManagerUsingKMSKey",
    "PCI.DSS.321-SecretsManagerUsingKMSKey",
    "aws.secretsmanager.Secret.configureCustomerManagedKey",
  ],
  off: "A key of your own costs a month and a call each time, and a wrong key policy stops everything. AWS's keys encrypt all of it; switch this on where a contract asks for your own.",
  types: Object.keys(keyInputs),
  violations: (resource) => {
    const input = keyInputs[resource.type] ?? "";
    return resource.has(input) ? [] : [`Set ${input}.`];
  },
});
