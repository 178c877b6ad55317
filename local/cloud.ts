import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRestApis } from "./api-gateway/rest/create-rest-apis.ts";
import { createWebSocketApis } from "./api-gateway/websocket/create-web-socket-apis.ts";
import type { Clock } from "./clock.ts";
import { createTables } from "./dynamodb/create-tables.ts";
import { createEndpoint } from "./endpoint/create-endpoint.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { createFaults } from "./faults/create-faults.ts";
import { createIam } from "./iam/create-iam.ts";
import { createLambda } from "./lambda/create-lambda.ts";
import { createLogs } from "./logs/create-logs.ts";
import type { CreatedResource, ResourceRequest } from "./resources/resource-handler.ts";
import { handlerOf, type ResourceHandlers, resourceHandlers } from "./resources/resource-handlers.ts";
import { createSchedules } from "./scheduler/create-schedules.ts";
import { createSecrets } from "./secrets/create-secrets.ts";
import type { Services } from "./services.ts";
import { createQueues } from "./sqs/create-queues.ts";
import { createXRay } from "./xray/create-xray.ts";

export interface LocalCloud {
  readonly services: Services;
  /** Where AWS's SDK finds DynamoDB, SQS and Secrets Manager. */
  readonly endpointUrl: string;
  /** One for each resource type. The front doors go through them: `create` here, and the Pulumi provider. */
  readonly handlers: ResourceHandlers;
  /** Builds one declared resource. */
  create(request: ResourceRequest): Promise<CreatedResource>;
  /** Ends every server, socket, poller and instance, and removes what was written outside the data folder. */
  stop(): Promise<void>;
}

export interface LocalCloudOptions {
  readonly clock: Clock;
  /** Where tables and queues are kept; without it they live in memory. */
  readonly dataFolder?: string;
  /** Instances a function may have at once. Default 8. */
  readonly maximumInstances?: number;
}

/**
 * Node finds compiled code by the path of the file. Where its cache outlives the process, as in tests, so do the
 * functions' files, which are named for their content: the first instance of each costs 40 ms less.
 */
function functionsFolder(ofThisStart: string): string {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE ? join(NODE_COMPILE_CACHE, "functions") : ofThisStart;
}

/** The services that the declared resources are built on, empty and running on loopback. */
export async function startCloud({
  clock,
  dataFolder,
  maximumInstances,
}: LocalCloudOptions): Promise<LocalCloud> {
  const folder = await mkdtemp(join(tmpdir(), "synapse-d-"));
  const faults = createFaults({ clock });
  const iam = createIam({ clock });
  const logs = createLogs({ clock });
  let endpoint: Endpoint | undefined;
  const started = () => {
    if (!endpoint) throw new Error("the endpoint has not started yet");
    return endpoint;
  };
  const tables = await createTables({ clock, ...(dataFolder && { path: join(dataFolder, "tables") }) });
  const queues = await createQueues({
    clock,
    baseUrl: () => started().url,
    ...(dataFolder && { path: join(dataFolder, "queues") }),
  });
  const secrets = createSecrets({ clock });
  endpoint = await createEndpoint({ iam, tables, queues, secrets, clock, faults });
  const xray = await createXRay({ clock });
  const lambda = createLambda({
    clock,
    iam,
    logs,
    xray,
    faults,
    endpointUrl: () => started().url,
    call: (...call) => started().call(...call),
    directory: functionsFolder(folder),
    ...(maximumInstances && { maximumInstances }),
  });
  const schedules = createSchedules({ clock, iam, lambda });
  const webSocketApis = createWebSocketApis({ clock, iam, lambda, logs, faults });
  const restApis = createRestApis({ clock, lambda, logs, xray });
  const services: Services = {
    clock,
    faults,
    iam,
    logs,
    tables,
    queues,
    secrets,
    xray,
    lambda,
    schedules,
    webSocketApis,
    restApis,
  };
  const handlers = resourceHandlers(services);
  return {
    services,
    endpointUrl: started().url,
    handlers,
    create: async (request) => handlerOf(handlers, request).create(request),
    stop: async () => {
      schedules.stop();
      await Promise.all([webSocketApis.stop(), restApis.stop(), lambda.stop()]);
      await started().stop();
      await Promise.all([tables.stop(), queues.stop(), xray.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
