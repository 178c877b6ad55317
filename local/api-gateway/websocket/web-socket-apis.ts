import type { Throttle } from "../token-bucket.ts";

export interface ApiConfiguration {
  readonly name: string;
  /** `$request.body.<path>`. */
  readonly routeSelectionExpression: string;
}

export interface ApiDescription {
  readonly id: string;
  /** `ws://127.0.0.1:PORT`. */
  readonly apiEndpoint: string;
  /** `arn:aws:execute-api:<region>:<account>:<id>`. */
  readonly executionArn: string;
}

/** A REQUEST authorizer: a function that decides each `$connect`. */
export interface AuthorizerConfiguration {
  readonly name: string;
  /** The function's invoke ARN. */
  readonly authorizerUri: string;
  /** `route.request.querystring.<name>` or `route.request.header.<name>`; a handshake without one is 401. */
  readonly identitySources: readonly string[];
}

/** A Lambda proxy integration. */
export interface IntegrationConfiguration {
  /** The function's invoke ARN. */
  readonly integrationUri: string;
  readonly timeoutMilliseconds: number;
}

export interface RouteConfiguration {
  readonly routeKey: string;
  /** `integrations/<integration id>`. */
  readonly target: string;
  readonly authorizerId?: string | undefined;
  /** True when `routeResponseSelectionExpression` is `$default`: the route may answer the socket. */
  readonly selectsRouteResponse: boolean;
}

export interface StageConfiguration {
  readonly name: string;
  readonly deploymentId: string;
  /** Of each route that has no settings of its own. The account's when absent. */
  readonly defaultThrottle?: Throttle | undefined;
  readonly routeThrottles: Readonly<Record<string, Throttle>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly accessLog?: { readonly destinationArn: string; readonly format: string } | undefined;
}

export interface StageDescription {
  /** `ws://127.0.0.1:PORT/<name>`. */
  readonly invokeUrl: string;
  /** `<API's execution ARN>/<name>`. */
  readonly executionArn: string;
}

/** Times are epoch milliseconds. */
export interface OpenConnection {
  readonly id: string;
  /** The API's id. */
  readonly api: string;
  readonly stage: string;
  /** The TCP port from which the client connected: a client that knows its own finds its connection. */
  readonly clientPort: number;
  readonly connectedAt: number;
  readonly lastActiveAt: number;
  /** The client has vanished, and the API does not know it. */
  readonly halfOpen: boolean;
}

/** What the API knows of a client that vanished: `gone`, it is not there; `half-open`, nothing. */
export type Vanishing = "half-open" | "gone";

/** What an API consists of; a stage goes by its name, all others by their ids. */
export type ApiPart = "authorizer" | "integration" | "route" | "routeResponse" | "deployment" | "stage";

/**
 * API Gateway's WebSocket APIs. Each listens on a loopback port of its own, chosen by the system. A stage
 * serves what its deployment captured when it was created. `put…` makes a part, or changes the one whose
 * id is given, and returns the id. All throw an Error that says what is wrong with a configuration.
 */
export interface WebSocketApis {
  createApi(api: ApiConfiguration): Promise<ApiDescription>;
  updateApi(apiId: string, api: ApiConfiguration): ApiDescription;
  /** Ends its server and its sockets. */
  deleteApi(apiId: string): Promise<void>;

  /** Whether the API exists, and in it the part that is named. */
  has(apiId: string, part?: ApiPart, id?: string): boolean;

  putAuthorizer(apiId: string, authorizer: AuthorizerConfiguration, id?: string): string;
  deleteAuthorizer(apiId: string, id: string): void;
  putIntegration(apiId: string, integration: IntegrationConfiguration, id?: string): string;
  deleteIntegration(apiId: string, id: string): void;
  putRoute(apiId: string, route: RouteConfiguration, id?: string): string;
  deleteRoute(apiId: string, id: string): void;
  /** The `$default` response of a route, which lets it answer the socket. */
  putRouteResponse(apiId: string, routeId: string, id?: string): string;
  deleteRouteResponse(apiId: string, id: string): void;
  createDeployment(apiId: string): string;
  deleteDeployment(apiId: string, id: string): void;
  putStage(apiId: string, stage: StageConfiguration): StageDescription;
  /** Ends the stage's sockets. */
  deleteStage(apiId: string, name: string): void;

  /** Open connections, by API id. */
  connections(): Readonly<Record<string, number>>;
  openConnections(): readonly OpenConnection[];
  /**
   * Cuts the client's socket as a lost network does, without a close frame; `$disconnect` is never invoked.
   * Of a connection that is `gone`, @connections answers 410; of one that is `half-open` it takes what is
   * posted, which reaches nobody, until the idle or the two-hour limit. False without such a connection.
   */
  vanish(connectionId: string, mode: Vanishing): boolean;
  /** Ends every server and socket. No `$disconnect` is invoked. */
  stop(): Promise<void>;
}
