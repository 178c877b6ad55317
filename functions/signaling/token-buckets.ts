/** Seconds' worth of tokens that a bucket holds. */
const depth = 2;
const most = 10_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * A token bucket for each of the sockets that this instance serves, twice as deep as its rate. Instances share
 * nothing, so a socket's bound is its rate times the instances that serve it.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes a token of a socket's bucket, at `rate` tokens a second and `now` in epoch ms. False when it is empty. */
  take(connectionId: string, rate: number, now: number): boolean {
    const full = rate * depth;
    const bucket = this.#buckets.get(connectionId) ?? { tokens: full, filledAt: now };
    const since = Math.max(0, now - bucket.filledAt);
    bucket.tokens = Math.min(full, bucket.tokens + (since * rate) / 1000);
    bucket.filledAt = now;
    this.#buckets.delete(connectionId);
    this.#buckets.set(connectionId, bucket);
    if (this.#buckets.size > most) this.#buckets.delete(this.#buckets.keys().next().value ?? "");
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
