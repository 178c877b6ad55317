/** The account, Region and partition that every local ARN names. */
export const account = { id: "000000000000", region: "us-east-1", partition: "aws" } as const;

/** `arn:aws:<service>:<region>:<account>:<resource>`; IAM and a few others have no Region. */
export function localArn(service: string, resource: string, region: string = account.region): string {
  return `arn:${account.partition}:${service}:${region}:${account.id}:${resource}`;
}
