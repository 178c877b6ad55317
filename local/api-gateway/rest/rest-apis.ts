import type { AccessLog } from "../access-log.ts";
import type { RestApi } from "./rest-api.ts";

/** API Gateway's REST APIs. Each listens on a loopback port of its own, chosen by the system. */
export interface RestApis {
  /** Makes an API with a root resource and nothing else, and starts its server. */
  createRestApi(): Promise<RestApi>;
  /** Throws when there is no such API. */
  restApi(id: string): RestApi;
  find(id: string): RestApi | undefined;
  /** Ends the API's server. */
  deleteRestApi(id: string): Promise<void>;
  /** The access log that a stage declares. Throws when its log group does not exist. */
  accessLogOf(declared: { readonly destinationArn: string; readonly format: string }): AccessLog;
  /** Ends every server. */
  stop(): Promise<void>;
}
