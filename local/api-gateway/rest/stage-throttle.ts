import { type Throttle, TokenBucket } from "../token-bucket.ts";

/** The method path that stands for every method without settings of its own. */
const allMethods = "*/*";

const methodPathForm = /^(\*\/\*|[^/]+\/(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY))$/;

/**
 * Throttles of a stage by method path: `allMethods`, or `<resource path>/<verb>`, where the path has no
 * leading slash and its slashes are written `~1`; the root is `~1`
 * (https://docs.aws.amazon.com/apigateway/latest/api/API_Stage.html, `methodSettings`;
 * https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html). Each method has a bucket of
 * its own, since throttles apply at the method level
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html).
 */
export class StageThrottle {
  readonly #settings = new Map<string, Throttle>();
  readonly #buckets = new Map<string, TokenBucket>();

  /** A negative rate or burst is no limit. Throws when the method path has another form. */
  put(methodPath: string, throttle: Throttle): void {
    if (!methodPathForm.test(methodPath)) {
      throw new Error(
        `method path "${methodPath}" is wrong: expected ${allMethods}, or path/METHOD with ~1 for each slash of the path`,
      );
    }
    this.#settings.set(methodPath, throttle);
    this.#buckets.clear();
  }

  get(methodPath: string): Throttle | undefined {
    return this.#settings.get(methodPath);
  }

  delete(methodPath: string): void {
    this.#settings.delete(methodPath);
    this.#buckets.clear();
  }

  /** False when the request is one too many. `resourcePath` is as the resource has it: `/a/{b}`. */
  admit(resourcePath: string, httpMethod: string, now: number): boolean {
    const path = resourcePath === "/" ? "~1" : resourcePath.slice(1).replaceAll("/", "~1");
    const methodPath = `${path}/${httpMethod}`;
    const throttle = this.#settings.get(methodPath) ?? this.#settings.get(allMethods);
    if (!throttle || throttle.rate < 0 || throttle.burst < 0) return true;
    const bucket = this.#buckets.get(methodPath) ?? new TokenBucket(throttle, now);
    this.#buckets.set(methodPath, bucket);
    return bucket.take(now);
  }
}
