/** Every fault that our functions name themselves, and what it means. Other errors are logged as `internal`. */
export type FailureCode =
  /** A declared environment variable is missing or malformed: the deployment is wrong. */
  | "environment_invalid"
  /** The event is not what its service sends. */
  | "event_malformed"
  /** A WebSocket event that is neither CONNECT nor DISCONNECT. */
  | "route_unknown"
  /** The request context lacks what the authorizer puts there. */
  | "identity_missing"
  /** A table's row is not what we write. */
  | "row_malformed"
  /** A row is of a release after this one. */
  | "row_newer"
  /** The dependency throttles, fails or is slow, also after retries, or its circuit is open. */
  | "dynamodb_unavailable"
  | "sqs_unavailable"
  | "connections_unavailable"
  | "secrets_unavailable"
  /** Stripe, likewise. */
  | "stripe_unavailable"
  /** Stripe answered with an error that no caller can mend. */
  | "stripe_refused"
  /** The key of Stripe is not for the address to which it would be sent. */
  | "stripe_key_refused"
  /** A secret of Secrets Manager is empty or binary. */
  | "secret_invalid"
  /** Stripe's answer is not what its API promises. */
  | "stripe_malformed"
  /** Others kept changing a customer's row. */
  | "customer_contended"
  /** The OIDC issuer does not answer, or with what is no discovery document or key set. */
  | "issuer_unreachable"
  | "issuer_document_invalid"
  /** Its discovery document names another issuer. */
  | "issuer_mismatch"
  /** It, or its keys, are not at an https URL. */
  | "issuer_insecure";

/** A fault with a closed code. The message says what was wrong and what was expected, never the payload. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  /** True when the same call may succeed a little later. */
  readonly retryable: boolean;

  constructor(code: FailureCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** True for a fault that a little time may heal. */
export const isRetryable = (error: unknown): boolean => error instanceof Failure && error.retryable;
