import type * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { maskedLogGroup } from "./masked-log-group.ts";

/**
 * The access log of an API stage: a log group with retention, and the line's format. The fields never
 * include the path's query, where a proof travels.
 */
export function accessLogs(
  name: string,
  fields: Readonly<Record<string, string>>,
  retentionInDays: number,
  parent: pulumi.Resource,
): { logGroup: cloudwatch.LogGroup; settings: { destinationArn: pulumi.Output<string>; format: string } } {
  const logGroup = maskedLogGroup(`${name}-access`, retentionInDays, parent);
  return { logGroup, settings: { destinationArn: logGroup.arn, format: JSON.stringify(fields) } };
}
