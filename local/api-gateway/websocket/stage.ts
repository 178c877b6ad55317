import type { AccessLog } from "../access-log.ts";
import { type Throttle, TokenBucket } from "../token-bucket.ts";
import type { Deployment } from "./api-definition.ts";
import { quotas } from "./quotas.ts";
import type { StageConfiguration } from "./web-socket-apis.ts";

/** A deployment being served under a name, with its throttles and its access log. */
export class Stage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly deploymentId: string;
  readonly deployment: Deployment;
  readonly accessLog: AccessLog | undefined;
  readonly #default: Throttle;
  readonly #routeThrottles: Readonly<Record<string, Throttle>>;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(configuration: StageConfiguration, deployment: Deployment, accessLog: AccessLog | undefined) {
    this.name = configuration.name;
    this.variables = configuration.variables;
    this.deploymentId = configuration.deploymentId;
    this.deployment = deployment;
    this.#default = configuration.defaultThrottle ?? quotas.accountThrottle;
    this.#routeThrottles = configuration.routeThrottles;
    for (const routeKey of Object.keys(configuration.routeThrottles)) {
      if (!deployment.routes.has(routeKey)) {
        throw new Error(`Stage ${this.name} has settings for a route that is not deployed: ${routeKey}`);
      }
    }
    this.accessLog = accessLog;
  }

  /** Takes a token of the route; false when the route is over its limit. */
  admits(routeKey: string, now: number): boolean {
    const existing = this.#buckets.get(routeKey);
    const bucket = existing ?? new TokenBucket(this.#routeThrottles[routeKey] ?? this.#default, now);
    if (!existing) this.#buckets.set(routeKey, bucket);
    return bucket.take(now);
  }
}
