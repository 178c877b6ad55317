/** The HTTP servers of API Gateway. Each API listens on a loopback port of its own, chosen by the system. */
export interface Gateways {
  /** Ends every server and socket. */
  stop(): Promise<void>;
}
