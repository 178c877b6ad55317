import type { RestApi } from "./rest-api.ts";

/** API Gateway's REST APIs. Each listens on a loopback port of its own, chosen by the system. */
export interface RestApis {
  /** Makes an API with a root resource and nothing else, and starts its server. */
  createRestApi(): Promise<RestApi>;
  /** Throws when there is no such API. */
  restApi(id: string): RestApi;
  /** Ends the API's server. */
  deleteRestApi(id: string): Promise<void>;
  /** Throws when the log group of an access log does not exist. */
  checkLogGroup(name: string): void;
  /** Ends every server. */
  stop(): Promise<void>;
}
