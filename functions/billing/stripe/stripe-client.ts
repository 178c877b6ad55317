import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
} from "cockatiel";
import { Stripe } from "stripe";
import { Failure } from "../../shared/failure.ts";
import { tracedStripe } from "./traced-stripe.ts";

/** The version that this code was written for. The webhook endpoint must be made with the same. */
export const stripeApiVersion = "2026-10-28.endive";

/** Milliseconds that one attempt may take; the SDK's own 80 seconds outlive API Gateway's answer. */
const attemptTimeout = 6_000;
const retries = 3;
/** Milliseconds that must remain for another attempt to begin. */
const leastRemaining = 1_500;
const consecutiveFailures = 5;
const circuitOpenFor = 5_000;

/**
 * A client for the key. `apiUrl` is empty at Stripe; the local stack names its fake, which must be on loopback
 * and have a key of its own kind, so that no key can be sent elsewhere. Throws Failure `stripe_key_refused`.
 */
export function stripeClient(secretKey: string, apiUrl: string): Stripe {
  const shared = {
    apiVersion: stripeApiVersion,
    // Retries are here: the SDK repeats no 429, and knows nothing of the time that a function has left.
    maxNetworkRetries: 0,
    timeout: attemptTimeout,
    telemetry: false,
    httpClient: tracedStripe(),
  } as const;
  if (apiUrl === "") return new Stripe(secretKey, shared);
  const url = URL.parse(apiUrl);
  if (url?.protocol !== "http:" || url.hostname !== "127.0.0.1" || !secretKey.startsWith("sk_test_fake_")) {
    throw new Failure(
      "stripe_key_refused",
      "another address than Stripe's is for the local fake and its key",
    );
  }
  return new Stripe(secretKey, { ...shared, host: url.hostname, port: url.port, protocol: "http" });
}

/**
 * What an error says about Stripe: `throttled` (the request had no effect), `failing` (5xx, network, timeout: it
 * may have had its effect), `replayed` (a failure of before, which it keeps for the idempotency key and gives
 * every time: https://docs.stripe.com/api/idempotent_requests), or `answered` (final).
 */
export function classifyStripe(error: unknown): "throttled" | "failing" | "replayed" | "answered" {
  if (!(error instanceof Stripe.errors.StripeError)) return "answered";
  if (error instanceof Stripe.errors.StripeConnectionError) return "failing";
  const { statusCode = 0 } = error;
  // 409: the same idempotency key is being worked on.
  if (statusCode === 429 || statusCode === 409) return "throttled";
  if (statusCode >= 500 && error.headers?.["idempotent-replayed"] === "true") return "replayed";
  return statusCode >= 500 || error instanceof Stripe.errors.StripeAPIError ? "failing" : "answered";
}

const isWorthAnotherTry = (error: unknown): boolean =>
  ["throttled", "failing"].includes(classifyStripe(error));

/** Runs one request to Stripe, with what every attempt must be given: its timeout in milliseconds. */
export type ResilientStripe = <T>(call: (options: { readonly timeout: number }) => Promise<T>) => Promise<T>;

export interface StripeLimits {
  /** Milliseconds until the function is ended. */
  readonly remaining: () => number;
  /** Milliseconds before the second attempt; the pauses grow. */
  readonly firstPause?: number;
  /** Milliseconds that one attempt may take. Default 6,000. */
  readonly attempt?: number;
}

/** The breaker of one function instance, for all its requests. */
export const stripeCircuit = () =>
  circuitBreaker(
    handleWhen((error) => classifyStripe(error) === "failing"),
    { halfOpenAfter: circuitOpenFor, breaker: new ConsecutiveBreaker(consecutiveFailures) },
  );

/**
 * Retries a throttled or failing request up to three times, with growing, jittered pauses, as long as the function
 * has time for another attempt. A POST must carry an idempotency key of the caller's. After five failing attempts
 * in a row it refuses requests for five seconds. A failure that Stripe kept for the key is neither repeated nor
 * counted: it says nothing of Stripe now. When it gives up it throws Failure `stripe_unavailable`,
 * retryable, with Stripe's error as its cause. Any other error passes through unchanged.
 */
export function resilientStripe(
  circuit: ReturnType<typeof stripeCircuit>,
  { remaining, firstPause = 200, attempt = attemptTimeout }: StripeLimits,
): ResilientStripe {
  const policy = wrap(
    retry(
      handleWhen((error) => isWorthAnotherTry(error) && remaining() > leastRemaining),
      {
        maxAttempts: retries,
        backoff: new ExponentialBackoff({ initialDelay: firstPause, maxDelay: firstPause * 8 }),
      },
    ),
    circuit,
  );
  return async (call) => {
    try {
      return await policy.execute(() => {
        const timeout = Math.max(1, Math.min(attempt, remaining() - 500));
        return call({ timeout });
      });
    } catch (error) {
      const isOpen = error instanceof BrokenCircuitError;
      if (!isOpen && classifyStripe(error) === "answered") throw error;
      throw new Failure(
        "stripe_unavailable",
        isOpen ? "the circuit of Stripe is open" : "Stripe throttles, fails or is slow",
        { cause: error, retryable: true },
      );
    }
  };
}
