export interface Throttle {
  /** Requests a second that come back. */
  readonly rate: number;
  /** Requests at once, when none came for a while. */
  readonly burst: number;
}

/**
 * API Gateway's throttle: `burst` tokens, refilled at `rate` a second, one taken by each request
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html).
 */
export class TokenBucket {
  readonly #throttle: Throttle;
  #tokens: number;
  #filledAt: number;

  /** `now` in epoch milliseconds. Starts full. */
  constructor(throttle: Throttle, now: number) {
    this.#throttle = throttle;
    this.#tokens = throttle.burst;
    this.#filledAt = now;
  }

  /** False when the request is over the limit. */
  take(now: number): boolean {
    const { rate, burst } = this.#throttle;
    const refilled = (Math.max(0, now - this.#filledAt) * rate) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + refilled);
    this.#filledAt = Math.max(this.#filledAt, now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
