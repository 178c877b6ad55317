import type { FunctionTarget } from "../call-function.ts";
import { functionArnOf } from "../function-arn.ts";
import { type IdentitySource, parseIdentitySource } from "./identity-source.ts";
import { quotas } from "./quotas.ts";
import { type BodyPath, parseRouteSelectionExpression } from "./route-selection.ts";
import type {
  ApiConfiguration,
  ApiPart,
  AuthorizerConfiguration,
  IntegrationConfiguration,
  RouteConfiguration,
} from "./web-socket-apis.ts";

export interface DeployedAuthorizer extends FunctionTarget {
  readonly id: string;
  readonly identitySources: readonly IdentitySource[];
}

export interface DeployedRoute {
  readonly routeKey: string;
  readonly integration: FunctionTarget;
  readonly authorizer: DeployedAuthorizer | undefined;
  /** True when what the function returns is sent to the socket. */
  readonly answers: boolean;
}

/** What a stage serves: an API as it was at one moment. */
export interface Deployment {
  readonly selection: BodyPath;
  readonly routes: ReadonlyMap<string, DeployedRoute>;
}

/** The parts of one API as they are declared now. Nothing of it is served before `deploy`. */
export class ApiDefinition {
  #selection: BodyPath;
  readonly #authorizers = new Map<string, DeployedAuthorizer>();
  readonly #integrations = new Map<string, FunctionTarget>();
  readonly #routes = new Map<string, RouteConfiguration>();
  /** Route response id → route id. */
  readonly #routeResponses = new Map<string, string>();

  constructor(api: ApiConfiguration) {
    this.#selection = parseRouteSelectionExpression(api.routeSelectionExpression);
  }

  update(api: ApiConfiguration): void {
    this.#selection = parseRouteSelectionExpression(api.routeSelectionExpression);
  }

  has(part: Exclude<ApiPart, "deployment" | "stage">, id: string): boolean {
    const parts = {
      authorizer: this.#authorizers,
      integration: this.#integrations,
      route: this.#routes,
      routeResponse: this.#routeResponses,
    };
    return parts[part].has(id);
  }

  putAuthorizer(id: string, { authorizerUri, identitySources }: AuthorizerConfiguration): void {
    if (!this.#authorizers.has(id) && this.#authorizers.size >= quotas.authorizersPerApi) {
      throw new Error(`An API has at most ${quotas.authorizersPerApi} authorizers.`);
    }
    this.#authorizers.set(id, {
      id,
      functionArn: functionArnOf(authorizerUri),
      timeoutMilliseconds: quotas.longestIntegrationTimeout,
      identitySources: identitySources.map(parseIdentitySource),
    });
  }

  deleteAuthorizer(id: string): void {
    this.#refuseWhenUsed("Authorizer", id, ({ authorizerId }) => authorizerId === id);
    this.#authorizers.delete(id);
  }

  putIntegration(id: string, { integrationUri, timeoutMilliseconds }: IntegrationConfiguration): void {
    const { shortestIntegrationTimeout: shortest, longestIntegrationTimeout: longest } = quotas;
    if (timeoutMilliseconds < shortest || timeoutMilliseconds > longest) {
      throw new Error(`An integration's timeout is between ${shortest} and ${longest} milliseconds.`);
    }
    this.#integrations.set(id, { functionArn: functionArnOf(integrationUri), timeoutMilliseconds });
  }

  deleteIntegration(id: string): void {
    this.#refuseWhenUsed("Integration", id, ({ target }) => target === `integrations/${id}`);
    this.#integrations.delete(id);
  }

  putRoute(id: string, route: RouteConfiguration): void {
    for (const [otherId, { routeKey }] of this.#routes) {
      if (otherId !== id && routeKey === route.routeKey) {
        throw new Error(`Route with key ${routeKey} already exists for this API.`);
      }
    }
    if (route.authorizerId !== undefined && route.routeKey !== "$connect") {
      throw new Error(`Only $connect can have an authorizer, and ${route.routeKey} names one.`);
    }
    this.#deployed(route, id);
    this.#routes.set(id, route);
  }

  deleteRoute(id: string): void {
    this.#routes.delete(id);
    for (const [responseId, routeId] of this.#routeResponses) {
      if (routeId === id) this.#routeResponses.delete(responseId);
    }
  }

  putRouteResponse(id: string, routeId: string): void {
    if (!this.#routes.has(routeId)) throw new Error(`Invalid Route identifier specified: ${routeId}`);
    this.#routeResponses.set(id, routeId);
  }

  deleteRouteResponse(id: string): void {
    this.#routeResponses.delete(id);
  }

  deploy(): Deployment {
    if (this.#routes.size === 0) {
      throw new Error("At least one route is required before deploying the Api.");
    }
    const routes = [...this.#routes].map(
      ([id, route]) => [route.routeKey, this.#deployed(route, id)] as const,
    );
    return { selection: this.#selection, routes: new Map(routes) };
  }

  #deployed(route: RouteConfiguration, routeId: string): DeployedRoute {
    const { routeKey, target, authorizerId, selectsRouteResponse } = route;
    const integration = this.#integrations.get(target.replace(/^integrations\//, ""));
    if (!integration) throw new Error(`Route ${routeKey} names a target that does not exist: ${target}`);
    const authorizer = authorizerId === undefined ? undefined : this.#authorizers.get(authorizerId);
    if (authorizerId !== undefined && !authorizer) {
      throw new Error(`Route ${routeKey} names an authorizer that does not exist: ${authorizerId}`);
    }
    const hasResponse = [...this.#routeResponses.values()].includes(routeId);
    return { routeKey, integration, authorizer, answers: selectsRouteResponse && hasResponse };
  }

  #refuseWhenUsed(kind: string, id: string, uses: (route: RouteConfiguration) => boolean): void {
    const user = [...this.#routes.values()].find(uses);
    if (user) throw new Error(`${kind} ${id} cannot be deleted: route ${user.routeKey} uses it.`);
  }
}
