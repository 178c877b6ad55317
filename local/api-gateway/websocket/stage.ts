import type { AccessLog } from "./access-log.ts";
import type { Deployment } from "./api-definition.ts";
import { quotas } from "./quotas.ts";
import { type ThrottleSettings, TokenBucket } from "./token-bucket.ts";
import type { StageConfiguration } from "./web-socket-apis.ts";

/** A deployment being served under a name, with its throttles and its access log. */
export class Stage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly deploymentId: string;
  readonly deployment: Deployment;
  readonly accessLog: AccessLog | undefined;
  readonly #default: ThrottleSettings;
  readonly #routeThrottles: Readonly<Record<string, ThrottleSettings>>;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(configuration: StageConfiguration, deployment: Deployment) {
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
    const { accessLog } = configuration;
    if (accessLog && Buffer.byteLength(accessLog.format) > quotas.accessLogFormatBytes) {
      throw new Error(`The access log format of stage ${this.name} is over 3 KB.`);
    }
    this.accessLog = accessLog && {
      format: accessLog.format,
      logGroup: logGroupOf(accessLog.destinationArn),
    };
  }

  /** Takes a token of the route; false when the route is over its limit. */
  admits(routeKey: string, now: number): boolean {
    const existing = this.#buckets.get(routeKey);
    const bucket = existing ?? new TokenBucket(this.#routeThrottles[routeKey] ?? this.#default, now);
    if (!existing) this.#buckets.set(routeKey, bucket);
    return bucket.take(now);
  }
}

const logGroupArn = /^arn:aws:logs:[\w-]+:\d{12}:log-group:([^:*]+)(?::\*)?$/;

function logGroupOf(arn: string): string {
  const name = logGroupArn.exec(arn)?.[1];
  if (!name) throw new Error(`The access log destination ${arn} is not a log group's ARN.`);
  return name;
}
