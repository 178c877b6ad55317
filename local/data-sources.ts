import { account } from "./account.ts";

/** What AWS's provider is asked for and does not create. Throws for a function that has no answer here. */
export function readDataSource(token: string): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        id: account.id,
        accountId: account.id,
        arn: `arn:${account.partition}:iam::${account.id}:root`,
        userId: account.id,
      };
    case "aws:index/getRegion:getRegion":
      return { id: account.region, region: account.region, name: account.region };
    case "aws:index/getPartition:getPartition":
      return { id: account.partition, partition: account.partition, dnsSuffix: "amazonaws.com" };
    default:
      throw new Error(`The program calls ${token}, which the local cloud does not answer.`);
  }
}
