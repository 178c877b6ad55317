import { randomBytes as systemRandomBytes } from "node:crypto";
import { localArn } from "../../account.ts";
import { noFaults } from "../../faults/faults.ts";
import { accessLogOf } from "../access-log.ts";
import { resourceId } from "../identifiers.ts";
import { TokenBucket } from "../token-bucket.ts";
import { ApiDefinition, type Deployment } from "./api-definition.ts";
import type { Connection } from "./connection.ts";
import type { Gateway } from "./gateway.ts";
import { quotas } from "./quotas.ts";
import { type RunningApi, serveApi } from "./serve-api.ts";
import { Stage } from "./stage.ts";
import type { OpenConnection, WebSocketApis } from "./web-socket-apis.ts";

export interface WebSocketApisOptions
  extends Pick<Gateway, "clock" | "iam" | "lambda" | "logs">,
    Partial<Pick<Gateway, "randomBytes" | "faults">> {
  /** The account's quota of new connections a second. Default 500, as on AWS. */
  readonly newConnectionsPerSecond?: number;
}

/** The WebSocket APIs of the local cloud. Ids are random; those of connections cannot be guessed. */
export function createWebSocketApis(options: WebSocketApisOptions): WebSocketApis {
  const { clock, randomBytes = systemRandomBytes, faults = noFaults } = options;
  const rate = options.newConnectionsPerSecond ?? quotas.newConnectionsPerSecond;
  const newConnections = new TokenBucket({ rate, burst: rate }, clock.now());
  const gateway: Gateway = { ...options, randomBytes, faults, newConnections };
  const apis = new Map<string, RunningApi & { readonly deployments: Map<string, Deployment> }>();

  const find = (apiId: string) => {
    const api = apis.get(apiId);
    if (!api) throw new Error(`Invalid API identifier specified: ${apiId}`);
    return api;
  };
  const describe = ({ id, domainName, executionArn }: RunningApi) => ({
    id,
    apiEndpoint: `ws://${domainName}`,
    executionArn,
  });
  const newId = () => resourceId(randomBytes, 7);

  return {
    async createApi(configuration) {
      const id = resourceId(randomBytes, 10);
      const definition = new ApiDefinition(configuration);
      const running = await serveApi(gateway, id, localArn("execute-api", id), definition);
      apis.set(id, Object.assign(running, { deployments: new Map<string, Deployment>() }));
      return describe(running);
    },
    updateApi(apiId, configuration) {
      const api = find(apiId);
      api.definition.update(configuration);
      return describe(api);
    },
    async deleteApi(apiId) {
      const api = find(apiId);
      apis.delete(apiId);
      await api.stop();
    },

    has(apiId, part, id = "") {
      const api = apis.get(apiId);
      if (!api || part === undefined) return api !== undefined;
      if (part === "deployment") return api.deployments.has(id);
      return part === "stage" ? api.stages.has(id) : api.definition.has(part, id);
    },

    putAuthorizer(apiId, authorizer, id = newId()) {
      find(apiId).definition.putAuthorizer(id, authorizer);
      return id;
    },
    deleteAuthorizer: (apiId, id) => find(apiId).definition.deleteAuthorizer(id),
    putIntegration(apiId, integration, id = newId()) {
      find(apiId).definition.putIntegration(id, integration);
      return id;
    },
    deleteIntegration: (apiId, id) => find(apiId).definition.deleteIntegration(id),
    putRoute(apiId, route, id = newId()) {
      find(apiId).definition.putRoute(id, route);
      return id;
    },
    deleteRoute: (apiId, id) => find(apiId).definition.deleteRoute(id),
    putRouteResponse(apiId, routeId, id = newId()) {
      find(apiId).definition.putRouteResponse(id, routeId);
      return id;
    },
    deleteRouteResponse: (apiId, id) => find(apiId).definition.deleteRouteResponse(id),

    createDeployment(apiId) {
      const { definition, deployments } = find(apiId);
      const id = newId();
      deployments.set(id, definition.deploy());
      return id;
    },
    deleteDeployment(apiId, id) {
      const { deployments, stages } = find(apiId);
      const user = [...stages.values()].find(({ deploymentId }) => deploymentId === id);
      if (user) throw new Error(`Deployment ${id} cannot be deleted: stage ${user.name} serves it.`);
      deployments.delete(id);
    },
    putStage(apiId, configuration) {
      const api = find(apiId);
      const deployment = api.deployments.get(configuration.deploymentId);
      if (!deployment) {
        throw new Error(`Invalid deployment identifier specified: ${configuration.deploymentId}`);
      }
      const accessLog = configuration.accessLog && accessLogOf(configuration.accessLog, gateway.logs);
      const stage = new Stage(configuration, deployment, accessLog);
      api.stages.set(stage.name, stage);
      return {
        invokeUrl: `ws://${api.domainName}/${stage.name}`,
        executionArn: `${api.executionArn}/${stage.name}`,
      };
    },
    deleteStage(apiId, name) {
      const { stages, connections } = find(apiId);
      stages.delete(name);
      for (const connection of connections.values()) {
        if (connection.description.stage === name) connection.close(1001, "Going away");
      }
    },

    connections: () => Object.fromEntries([...apis].map(([id, { connections }]) => [id, connections.size])),
    openConnections: () =>
      [...apis.values()].flatMap(({ connections }) => [...connections.values()].map(describeConnection)),
    vanish(connectionId, mode) {
      const connection = [...apis.values()].flatMap(
        ({ connections }) => connections.get(connectionId) ?? [],
      )[0];
      connection?.vanish(mode);
      return connection !== undefined;
    },
    async stop() {
      const all = [...apis.values()];
      apis.clear();
      await Promise.all(all.map((api) => api.stop()));
    },
  };
}

function describeConnection({
  description,
  clientPort,
  lastActiveAt,
  hasVanished,
}: Connection): OpenConnection {
  const { connectionId, apiId, stage, connectedAt } = description;
  return {
    id: connectionId,
    api: apiId,
    stage,
    clientPort,
    connectedAt,
    lastActiveAt,
    halfOpen: hasVanished,
  };
}
