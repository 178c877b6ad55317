import { account } from "../account.ts";
import { AwsError } from "../aws-error.ts";

/**
 * The name in a queue URL. Whatever its host and port: the address of the local cloud changes between
 * starts. Throws AwsError for one that is no queue URL of the local account.
 */
export function queueNameOf(queueUrl: string): string {
  const path = URL.canParse(queueUrl) ? new URL(queueUrl).pathname : "";
  const [, name] = new RegExp(`^/${account.id}/([\\w-]+(?:\\.fifo)?)$`).exec(path) ?? [];
  if (name !== undefined) return name;
  throw new AwsError("InvalidAddress", 400, "The address is not a queue URL of this account.");
}
