/** API Gateway's WebSocket APIs. Each listens on a loopback port of its own, chosen by the system. */
export interface WebSocketApis {
  /** Ends every server and socket. */
  stop(): Promise<void>;
}
