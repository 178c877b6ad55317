/** API Gateway's REST APIs. Each listens on a loopback port of its own, chosen by the system. */
export interface RestApis {
  /** Ends every server. */
  stop(): Promise<void>;
}
