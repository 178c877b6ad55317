export interface ThrottleSettings {
  /** Requests a second that come back. */
  readonly rate: number;
  /** Requests at once, when none came for a while. */
  readonly burst: number;
}

/**
 * API Gateway's throttle: a token a request, refilled at a steady rate.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
 */
export class TokenBucket {
  readonly #settings: ThrottleSettings;
  #tokens: number;
  #filledAt: number;

  /** `now` in epoch milliseconds. Starts full. */
  constructor(settings: ThrottleSettings, now: number) {
    this.#settings = settings;
    this.#tokens = settings.burst;
    this.#filledAt = now;
  }

  /** False when the request is over the limit. */
  take(now: number): boolean {
    const { rate, burst } = this.#settings;
    const refilled = (Math.max(0, now - this.#filledAt) * rate) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + refilled);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
