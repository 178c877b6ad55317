import type { RestApis } from "./api-gateway/rest/rest-apis.ts";
import type { WebSocketApis } from "./api-gateway/websocket/web-socket-apis.ts";
import type { Clock } from "./clock.ts";
import type { Tables } from "./dynamodb/tables.ts";
import type { Faults } from "./faults/faults.ts";
import type { Iam } from "./iam/iam.ts";
import type { Lambda } from "./lambda/lambda.ts";
import type { Logs } from "./logs/logs.ts";
import type { Schedules } from "./scheduler/schedules.ts";
import type { Secrets } from "./secrets/secrets.ts";
import type { Queues } from "./sqs/queues.ts";
import type { XRay } from "./xray/xray.ts";

/** What the resource handlers build on: one of each, wired by `cloud.ts`. */
export interface Services {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly iam: Iam;
  readonly logs: Logs;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly secrets: Secrets;
  readonly xray: XRay;
  readonly lambda: Lambda;
  readonly schedules: Schedules;
  readonly webSocketApis: WebSocketApis;
  readonly restApis: RestApis;
}
