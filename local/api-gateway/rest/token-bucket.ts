import type { Throttle } from "./api-definition.ts";

/**
 * API Gateway's token bucket: `burstLimit` tokens, refilled at `rateLimit` a second, one taken by each request
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html).
 */
export class TokenBucket {
  readonly #throttle: Throttle;
  #tokens: number;
  #filledAt: number;

  constructor(throttle: Throttle, now: number) {
    this.#throttle = throttle;
    this.#tokens = throttle.burstLimit;
    this.#filledAt = now;
  }

  /** True when a token was left for a request at `now`, in milliseconds. */
  take(now: number): boolean {
    const { rateLimit, burstLimit } = this.#throttle;
    const refill = (Math.max(0, now - this.#filledAt) / 1000) * rateLimit;
    this.#tokens = Math.min(burstLimit, this.#tokens + refill);
    this.#filledAt = Math.max(this.#filledAt, now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
