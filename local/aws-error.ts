/**
 * A refusal as the AWS service itself would word it: `code` is the AWS error code (for example
 * `AccessDeniedException`), `status` the HTTP status. Each front writes it in its service's wire form.
 */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly status: number;
  /** More members of the JSON error body, such as DynamoDB's `Item`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    status: number,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
