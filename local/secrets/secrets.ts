/** Secrets Manager, as far as functions read it. */
export interface Secrets {
  /** Keeps a value under a name, in place of the one it had, and gives the secret's ARN. */
  put(name: string, value: string): string;
  /** The action and the ARN that a call needs. */
  accessOf(operation: string, request: unknown): { readonly action: string; readonly resource: string };
  /**
   * One call, after authorization. Answers as
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html says; throws
   * AwsError for a secret that is not there, and for any other operation.
   */
  handle(operation: string, request: unknown): Promise<{ readonly status: number; readonly body: string }>;
}
